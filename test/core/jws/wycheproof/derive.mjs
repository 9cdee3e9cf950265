// Derives vectors.json.gz from a checkout of Project Wycheproof: node derive.mjs <checkout>
import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';

const [checkout] = process.argv.slice(2);

/** The algorithm of JWS for each file. */
const FILES = [
  ...['2048_sha256', '2048_sha384', '2048_sha512', '3072_sha256', '3072_sha512'].map(toPkcs1),
  ...['4096_sha256', '4096_sha512', '8192_sha512'].map(toPkcs1),
  ...['2048_sha256_mgf1_0', '2048_sha256_mgf1_32', '2048_sha384_mgf1_48'].map(toPss),
  ...['3072_sha256_mgf1_32', '4096_sha256_mgf1_32', '4096_sha384_mgf1_48'].map(toPss),
  ...['4096_sha512_mgf1_32', '4096_sha512_mgf1_64'].map(toPss),
  { file: 'ecdsa_secp256r1_sha256_p1363_test', alg: 'ES256' },
  { file: 'ecdsa_secp384r1_sha384_p1363_test', alg: 'ES384' },
  { file: 'ecdsa_secp521r1_sha512_p1363_test', alg: 'ES512' },
  { file: 'ed25519_test', alg: 'EdDSA' },
  ...[256, 384, 512].map((bits) => ({ file: `hmac_sha${bits}_test`, alg: `HS${bits}` })),
];

function toPkcs1(name) {
  return { file: `rsa_signature_${name}_test`, alg: `RS${name.slice(-3)}` };
}

function toPss(name) {
  return { file: `rsa_pss_${name}_test`, alg: `PS${name.split('_sha')[1].slice(0, 3)}` };
}

function read(file) {
  return JSON.parse(readFileSync(join(checkout, 'testvectors_v1', `${file}.json`), 'utf8'));
}

const toBase64url = (hex) => Buffer.from(hex, 'hex').toString('base64url');

/** The public key as a JSON Web Key. */
function toJwk({ type, curve, modulus, publicExponent, uncompressed, pk }) {
  if (modulus !== undefined) {
    const strip = (hex) => toBase64url(hex.replace(/^(?:00)+/, ''));
    return { kty: 'RSA', n: strip(modulus), e: strip(publicExponent) };
  }
  if (type === 'EDDSAPublicKey') return { kty: 'OKP', crv: 'Ed25519', x: toBase64url(pk) };
  const half = (uncompressed.length - 2) / 2;
  const [x, y] = [uncompressed.slice(2, 2 + half), uncompressed.slice(2 + half)].map(toBase64url);
  return { kty: 'EC', crv: { 256: 'P-256', 384: 'P-384', 521: 'P-521' }[curve.slice(4, 7)], x, y };
}

/** Whether the salt is shorter or longer than in JWS, so that valid signatures are invalid in JWS. */
const hasOtherSalt = ({ sLen }, alg) => sLen !== undefined && sLen !== Number(alg.slice(2)) / 8;

/** `null` where Wycheproof leaves the answer to the implementation. */
function isValid({ result }, group, alg) {
  if (hasOtherSalt(group, alg)) return false;
  return result === 'acceptable' ? null : result === 'valid';
}

const isAscii = (hex) => Buffer.from(hex, 'hex').every((byte) => byte < 0x80);

function toGroups({ file, alg }) {
  return read(file).testGroups.flatMap((group) => {
    const tests = group.tests
      .filter(({ msg }) => isAscii(msg))
      .filter(({ result }) => !hasOtherSalt(group, alg) || result === 'valid');
    const toRow = (one) => [
      one.tcId,
      one.comment,
      Buffer.from(one.msg, 'hex').toString(),
      toBase64url(one.sig ?? one.tag),
      isValid(one, group, alg),
    ];
    if (group.type !== 'MacTest') {
      const key = toJwk(group.publicKey);
      return [{ file, alg, key, tests: tests.map(toRow) }];
    }
    // Shorter tags are truncated ones, which JWS does not have.
    if (group.tagSize !== Number(alg.slice(2))) return [];
    return tests.map((one) => ({
      file,
      alg,
      key: { kty: 'oct', k: toBase64url(one.key) },
      tests: [toRow(one)],
    }));
  });
}

function toTokens(file) {
  return read(file).testGroups.flatMap(({ comment, public: published, private: secret, tests }) => {
    const keys = (published ?? secret).keys ?? [published ?? secret];
    const rows = tests
      .filter(({ jws }) => typeof jws === 'string' && !jws.startsWith('{'))
      .map(({ tcId, comment, jws, result }) => [tcId, comment, jws, result === 'valid']);
    return [{ file, name: comment, keys, tests: rows }];
  });
}

const vectors = {
  commit: execFileSync('git', ['-C', checkout, 'rev-parse', 'HEAD'], { encoding: 'utf8' }).trim(),
  signatures: FILES.flatMap(toGroups),
  tokens: ['json_web_signature_test', 'json_web_key_test'].flatMap(toTokens),
};
const path = join(import.meta.dirname, 'vectors.json.gz');
writeFileSync(path, gzipSync(JSON.stringify(vectors), { level: 9 }));

/** The primes up to 167, modulo which the powers of 65537 are not all residues. */
const PRIMES = [11, 13, 17, 19, 37, 53, 61, 71, 73, 79, 97, 103, 107, 109, 127, 151, 157];

/**
 * Whether an RSA modulus has the structure of keys from chips of Infineon (ROCA, CVE-2017-15361): it is a
 * power of 65537 modulo many small primes. Such a modulus can be factored. A random modulus has the
 * structure with a probability of about 2^-28.
 * @param modulus its bytes, the most significant one first.
 * @see https://doi.org/10.1145/3133956.3133969 §2.2
 */
export function hasRocaFingerprint(modulus: Uint8Array): boolean {
  return PRIMES.every((prime) => {
    const residue = modulus.reduce((rest, byte) => (rest * 256 + byte) % prime, 0);
    let power = 65537 % prime;
    while (power !== residue && power !== 1) power = (power * 65537) % prime;
    return power === residue;
  });
}

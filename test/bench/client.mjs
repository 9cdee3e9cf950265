// The load: keep-alive connections over node:net, one request at a time on each.
import { createConnection } from 'node:net';
import { serveParent } from './support/child.mjs';

const CONNECTIONS = 32;

const pools = new Map();
const connections = new Map();

serveParent(async ({ pool, requests, port, first, count }) => {
  if (requests !== undefined) pools.set(pool, requests.map(Buffer.from));
  else await load(port, pools.get(pool), first, count);
});

async function load(port, requests, first, count) {
  if (!connections.has(port)) {
    connections.set(port, await Promise.all(Array.from({ length: CONNECTIONS }, () => open(port))));
  }
  let sent = 0;
  const drain = async (send) => {
    while (sent < count) await send(requests[(first + sent++) % requests.length]);
  };
  await Promise.all(connections.get(port).map(drain));
}

/** @returns a function that sends one request and resolves when all of the response is there. */
async function open(port) {
  const socket = createConnection({ port, host: '127.0.0.1', noDelay: true });
  await new Promise((resolve, reject) => socket.once('connect', resolve).once('error', reject));
  let text = '';
  let settle;
  socket.setEncoding('latin1');
  socket.on('data', (chunk) => {
    text += chunk;
    if (!isComplete(text)) return;
    const response = text;
    text = '';
    if (response.startsWith('HTTP/1.1 200 ')) settle.resolve();
    else settle.reject(new Error(response));
  });
  socket.on('close', () => settle?.reject(new Error(`connection closed after ${text}`)));
  return (request) =>
    new Promise((resolve, reject) => {
      settle = { resolve, reject };
      socket.write(request);
    });
}

function isComplete(text) {
  const body = text.indexOf('\r\n\r\n') + 4;
  if (body < 4) return false;
  const length = /\r\ncontent-length: *(\d+)/i.exec(text)?.[1];
  return length === undefined
    ? text.endsWith('\r\n0\r\n\r\n')
    : text.length - body >= Number(length);
}

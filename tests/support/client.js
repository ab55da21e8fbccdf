// An HTTP client that lets the contract judge every exchange.
import http from 'node:http';
import { brotliDecompressSync, gunzipSync } from 'node:zlib';
import { checkExchange } from './contract.js';

const agent = new http.Agent({ keepAlive: true, maxSockets: 64 });

const DECODERS = { gzip: gunzipSync, br: brotliDecompressSync };

export class Response {
  constructor(message, bytes) {
    this.status = message.statusCode;
    this.headers = message.headers;
    this.bytes = bytes; // as they came
    const decode = bytes.length > 0 && DECODERS[message.headers['content-encoding']];
    this.text = (decode ? decode(bytes) : bytes).toString('utf8');
    this.mediaType = (message.headers['content-type'] ?? '').split(';')[0].trim();
  }

  get json() {
    this.parsed ??= this.text === '' ? undefined : JSON.parse(this.text);
    return this.parsed;
  }

  get problem() { return this.status >= 400 && /json$/.test(this.mediaType) ? this.json : undefined; }
  get slug() { return this.problem?.type.split('/').pop(); }
  get etag() { return this.headers.etag; }
  get pointers() { return (this.problem?.errors ?? []).map((error) => error.pointer); }
  // The path of rel="next".
  get next() { return /<([^>]+)>;\s*rel="next"/.exec(this.headers.link ?? '')?.[1]; }
}

// Sends as it is told, judges nothing.
export function send(base, { method = 'GET', path, headers = {}, body, localAddress }) {
  const url = new URL(base);
  return new Promise((resolve, reject) => {
    const bytes = body === undefined ? undefined : Buffer.from(body);
    const request = http.request({
      host: url.hostname, port: url.port, method, path, agent, ...(localAddress ? { localAddress } : {}),
      headers: { ...headers, ...(bytes ? { 'Content-Length': bytes.length } : {}) },
    }, (message) => {
      const parts = [];
      message.on('data', (part) => parts.push(part));
      message.on('end', () => resolve(new Response(message, Buffer.concat(parts))));
      message.on('error', reject);
    });
    request.on('error', (error) => {
      // The server closed a kept connection at the moment of sending: nothing was read, so again.
      if (request.reusedSocket && error.code === 'ECONNRESET' && method === 'GET') resolve(send(base, { method, path, headers, body, localAddress }));
      else reject(error);
    });
    request.setTimeout(60_000, () => request.destroy(new Error(`${method} ${path}: no answer within 60 s`)));
    request.end(bytes);
  });
}

// json: a body to be sent as JSON (type: its media type). body: sent as it is. contract: false lets
// an answer through that the contract does not know.
export async function exchange(base, method, path, { json, body, type, headers = {}, contract = true } = {}) {
  const sent = { ...headers };
  let bytes = body;
  let mediaType = type;
  if (json !== undefined) {
    bytes = JSON.stringify(json);
    mediaType ??= method === 'PATCH' ? 'application/merge-patch+json' : 'application/json';
  }
  if (mediaType) sent['Content-Type'] = mediaType;
  const response = await send(base, { method, path, headers: sent, body: bytes });
  if (contract) {
    const url = new URL(path, base);
    checkExchange({
      method, path: decodeURI(url.pathname), query: url.searchParams, body: bytes, json,
      mediaType: mediaType?.split(';')[0],
    }, response);
  }
  return response;
}

// What well-behaved clients never send, as bytes (latin1), and some of what they may. Behind each
// comes NEXT in the same write: a request that must not run unless the first was taken whole.

const get = (headers, target = '/healthz') => `GET ${target} HTTP/1.1\r\nHost: a\r\n${headers}\r\n`;
const post = (headers, body = '') => `POST /healthz HTTP/1.1\r\nHost: a\r\n${headers}\r\n${body}`;
const chunked = (body) => get('Transfer-Encoding: chunked\r\n') + body;
const line = (text) => `${text}\r\nHost: a\r\n\r\n`;

export const next = (id) => `GET /api/v1 HTTP/1.1\r\nHost: a\r\nX-Request-Id: ${id}\r\nConnection: close\r\n\r\n`;

// Refused with a 4xx, the connection closed, NEXT never run.
export const BAD = {
  // -- where the body ends
  'two lengths that differ': post('Content-Length: 0\r\nContent-Length: 35\r\n'),
  'two lengths that agree': post('Content-Length: 0\r\nContent-Length: 0\r\n'),
  'a length and chunks': post('Content-Length: 4\r\nTransfer-Encoding: chunked\r\n', '0\r\n\r\n'),
  'chunks and a length': post('Transfer-Encoding: chunked\r\nContent-Length: 4\r\n', '0\r\n\r\n'),
  'a length of all that follows, and chunks': post('Content-Length: 300\r\nTransfer-Encoding: chunked\r\n', '0\r\n\r\n'),
  'chunks twice': post('Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n', '0\r\n\r\n'),
  'chunks, and identity in another header': post('Transfer-Encoding: chunked\r\nTransfer-Encoding: identity\r\n', '0\r\n\r\n'),
  'identity, and chunks in another header': post('Transfer-Encoding: identity\r\nTransfer-Encoding: chunked\r\n', '0\r\n\r\n'),
  'chunks in chunks': post('Transfer-Encoding: chunked, chunked\r\n', '0\r\n\r\n'),
  'an unknown coding': post('Transfer-Encoding: gzip\r\n'),
  'a coding that only looks like chunked': post('Transfer-Encoding: xchunked\r\n'),
  'gzip, then chunked': post('Transfer-Encoding: gzip, chunked\r\n', '0\r\n\r\n'),
  'chunked, then gzip': post('Transfer-Encoding: chunked, gzip\r\n', '0\r\n\r\n'),
  'identity': post('Transfer-Encoding: identity\r\n'),
  'a coding without a name': post('Transfer-Encoding:\r\n'),
  'chunked in quotes': post('Transfer-Encoding: "chunked"\r\n', '0\r\n\r\n'),
  'chunked with a parameter': post('Transfer-Encoding: chunked;q=1\r\n', '0\r\n\r\n'),
  'a vertical tab before chunked': post('Transfer-Encoding: \x0bchunked\r\n', '0\r\n\r\n'),
  'a space before the colon of Transfer-Encoding': post('Transfer-Encoding : chunked\r\n', '0\r\n\r\n'),
  'a tab before the colon of Transfer-Encoding': post('Transfer-Encoding\t: chunked\r\n', '0\r\n\r\n'),
  'a space before the colon of Content-Length': post('Content-Length : 3\r\n'),
  // Right by RFC 9112, but libmicrohttpd would take it for an unknown coding.
  'a space behind chunked': get('Transfer-Encoding: chunked \r\n') + '3\r\nabc\r\n0\r\n\r\n',
  'chunks in HTTP/1.0': 'POST /healthz HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n',
  'a length of 2^63': post('Content-Length: 9223372036854775808\r\n'),
  'a length that is far more than a route takes': post('Content-Length: 1000000000000\r\n'),
  'a negative chunk': chunked('-3\r\nabc\r\n0\r\n\r\n'),
  'a chunk with a plus': chunked('+3\r\nabc\r\n0\r\n\r\n'),
  'a chunk in C notation': chunked('0x3\r\nabc\r\n0\r\n\r\n'),
  'a chunk size that overflows': chunked('fffffffffffffffff\r\nabc\r\n0\r\n\r\n'),
  'a chunk size that wraps round to three': chunked('10000000000000003\r\nabc\r\n0\r\n\r\n'),
  'a chunk size that is no number': chunked('xyz\r\nabc\r\n0\r\n\r\n'),
  'a chunk without a size': chunked('\r\nabc\r\n0\r\n\r\n'),
  'a space before a chunk size': chunked(' 3\r\nabc\r\n0\r\n\r\n'),
  'a chunk that is longer than it says': chunked('3\r\nabcdef\r\n0\r\n\r\n'),
  'a chunk that is shorter than it says': chunked('5\r\nabc\r\n0\r\n\r\n'),
  'a space behind a chunk size': chunked('3 \r\nabc\r\n0\r\n\r\n'),

  // -- headers
  'no host': 'GET /healthz HTTP/1.1\r\n\r\n',
  'two hosts': get('Host: b\r\n'),
  'two hosts that agree': get('Host: a\r\n'),
  'a host with a space': 'GET /healthz HTTP/1.1\r\nHost: a b\r\n\r\n',
  'a host with a path': 'GET /healthz HTTP/1.1\r\nHost: a/healthz\r\n\r\n',
  'a host with a name before an @': 'GET /healthz HTTP/1.1\r\nHost: b@a\r\n\r\n',
  'two authorizations': get('Authorization: Bearer a\r\nAuthorization: Bearer b\r\n'),
  'two content types': post('Content-Type: application/json\r\nContent-Type: text/plain\r\nContent-Length: 2\r\n', '{}'),
  'a header without a colon': get('Nothing\r\n'),
  'a space in a name': get('X Y: z\r\n'),
  'a parenthesis in a name': get('X(Y): z\r\n'),
  'a letter with an accent in a name': get('\xc3\xa9: z\r\n'),
  'a control character in a name': get('X\x01Y: z\r\n'),
  'a bare carriage return in a value': get('X: a\rb\r\n'),
  'a bare carriage return and a header behind it': get('X: a\rTransfer-Encoding: chunked\r\n'),
  'a control character in a value': get('X: a\x01b\r\n'),
  'a delete character in a value': get('X: a\x7fb\r\n'),
  'a vertical tab in a value': get('X: a\x0bb\r\n'),
  'a space before the first header': `GET /healthz HTTP/1.1\r\n X: y\r\nHost: a\r\n\r\n`,
  'a header of 64 KB': get(`X: ${'a'.repeat(65_000)}\r\n`),
  'five thousand headers': get('X: y\r\n'.repeat(5000)),
  'a name of 64 KB': get(`${'a'.repeat(65_000)}: x\r\n`),
  'U+0000 in a name': get('X\x00Y: z\r\n'),

  // -- the first line
  'an absolute target': line('GET http://a/healthz HTTP/1.1'),
  'an absolute target of another host': line('GET http://b/healthz HTTP/1.1'),
  'a target without a slash': line('GET healthz HTTP/1.1'),
  'an empty target': line('GET  HTTP/1.1'),
  'a star with GET': line('GET * HTTP/1.1'),
  'an authority as the target': line('CONNECT a:80 HTTP/1.1'),
  'a space in the target': line('GET /heal thz HTTP/1.1'),
  'a number sign in the target': line('GET /healthz#x HTTP/1.1'),
  'a control character in the target': line('GET /heal\x01thz HTTP/1.1'),
  'a delete character in the target': line('GET /heal\x7fthz HTTP/1.1'),
  'U+0000 in the path': line('GET /healthz%00x HTTP/1.1'),
  'dot segments': line('GET /api/../healthz HTTP/1.1'),
  'hidden dot segments': line('GET /api/%2e%2e/healthz HTTP/1.1'),
  'an escape that is none': line('GET /healthz%zz HTTP/1.1'),
  'half an escape': line('GET /healthz%4 HTTP/1.1'),
  'overlong UTF-8 in the path': line('GET /healthz%c0%af HTTP/1.1'),
  'a surrogate in the path': line('GET /healthz%ed%a0%80 HTTP/1.1'),
  'a target of 40 KB': line(`GET /${'a'.repeat(40_000)} HTTP/1.1`),
  'a method of 40 KB': line(`${'A'.repeat(40_000)} /healthz HTTP/1.1`),
  'a control character in the method': line('G\x01ET /healthz HTTP/1.1'),
  'a parenthesis in the method': line('G(ET /healthz HTTP/1.1'),
  'a carriage return in the first line': line('GET /healthz\rX: HTTP/1.1'),
  'a version that there is not': line('GET /healthz HTTP/1.7.2'),
  'a version in lower case': line('GET /healthz http/1.1'),
  'a version of another protocol': line('GET /healthz RTSP/1.0'),
  'a tab between target and version': line('GET /healthz\tHTTP/1.1'),
  'two spaces before the version': line('GET /healthz  HTTP/1.1'),
  'HTTP/1.10': line('GET /healthz HTTP/1.10'),
  'HTTP/0.9': 'GET /healthz\r\n',
  'no version': 'GET /healthz\r\n\r\n',
  'words behind the version': line('GET /healthz HTTP/1.1 please'),
};

// Odd but right (RFC 9112 allows it), or harmless: an answer for each request.
export const FINE = {
  'a body in chunks': chunked('3\r\nabc\r\n0\r\n\r\n'),
  'CHUNKED': get('Transfer-Encoding: CHUNKED\r\n') + '3\r\nabc\r\n0\r\n\r\n',
  'a tab before chunked': get('Transfer-Encoding:\tchunked\r\n') + '3\r\nabc\r\n0\r\n\r\n',
  'chunks with extensions': chunked('3;a=b;c="d"\r\nabc\r\n0;e\r\n\r\n'),
  'chunks with a trailer': chunked('3\r\nabc\r\n0\r\nX: y\r\n\r\n'),
  'a trailer that would frame a body': chunked('3\r\nabc\r\n0\r\nContent-Length: 50\r\n\r\n'),
  'a chunk size with zeros in front': chunked('0003\r\nabc\r\n0000\r\n\r\n'),
  'a length with zeros in front': get('Content-Length: 003\r\n') + 'abc',
  'a body that nobody wanted': get('Content-Length: 3\r\n') + 'abc',
  'nothing in a value': get('X:\r\n'),
  'an accent in a value': get('X: \xc3\xa9\r\n'),
  'an empty line first': `\r\n${get('')}`,
  'bare line feeds': 'GET /healthz HTTP/1.1\nHost: a\n\n',
  'a header that names framing, but is none': get('Content_Length: 50\r\nX-Transfer-Encoding: chunked\r\n'),
  'Connection: names the length': get('Connection: Content-Length\r\nContent-Length: 3\r\n') + 'abc',
  'an upgrade that is not known': get('Connection: Upgrade\r\nUpgrade: h2c\r\n'),
  'two slashes': line('GET //healthz HTTP/1.1'),
  'a method in lower case': line('get /healthz HTTP/1.1'),
  'a method that there is not': line('FROB /healthz HTTP/1.1'),
  'bare UTF-8 in the target, as curl sends what is typed': line('GET /h\xc3\xa9 HTTP/1.1'),
  'an expectation that is not known': post('Expect: 200-maybe\r\nContent-Length: 3\r\n', 'abc'),
  'a host with a port': 'GET /healthz HTTP/1.1\r\nHost: example.org:8080\r\n\r\n',
  'an address as the host': 'GET /healthz HTTP/1.1\r\nHost: [::1]:8080\r\n\r\n',
  'an empty host': 'GET /healthz HTTP/1.1\r\nHost:\r\n\r\n',
  'an unknown escape in the query': line('GET /healthz?a=%zz HTTP/1.1'),
};


// Refused by libmicrohttpd itself, which writes the head of its answer twice.
export const HEAD_TWICE = {
  'a space behind a length': get('Content-Length: 3 \r\n') + 'abc',
  'two carriage returns at a line\'s end': get('Content-Length: 3\r\r\n') + 'abc',
  'a length with a plus': post('Content-Length: +3\r\n', 'abc'),
  'a length with a minus': post('Content-Length: -3\r\n', 'abc'),
  'a length in base 16': post('Content-Length: 0x3\r\n', 'abc'),
  'a list of lengths': post('Content-Length: 3, 3\r\n', 'abc'),
  'a list of lengths that differ': post('Content-Length: 3, 40\r\n', 'abc'),
  'an empty length': post('Content-Length:\r\n'),
  'a length and letters': post('Content-Length: 3abc\r\n', 'abc'),
  'a length in two parts': post('Content-Length: 3 3\r\n', 'abc'),
  'a length with a fraction': post('Content-Length: 3.0\r\n', 'abc'),
  'a length with an exponent': post('Content-Length: 3e0\r\n', 'abc'),
  'a length of 2^64': post('Content-Length: 18446744073709551616\r\n'),
  'a length of 2^64 + 3': post('Content-Length: 18446744073709551619\r\n', 'abc'),
  'a length of thirty digits': post(`Content-Length: ${'9'.repeat(30)}\r\n`),
  'a length in Arabic digits': post('Content-Length: \xd9\xa3\r\n', 'abc'),
};

// Lines within a body that libmicrohttpd's memory for a connection does not hold.
export const TOO_LONG_TO_READ = {
  'a chunk extension of 100 KB': chunked(`3;${'a'.repeat(100_000)}\r\nabc\r\n0\r\n\r\n`),
  'a trailer of 100 KB': chunked(`3\r\nabc\r\n0\r\nX: ${'a'.repeat(100_000)}\r\n\r\n`),
};

// Refused by libmicrohttpd itself, with 505.
export const OTHER_VERSIONS = {
  'HTTP/2 without an agreement': 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n',
  'HTTP/2.0 in the first line': line('GET /healthz HTTP/2.0'),
};

// Closed without a word.
export const OTHER_PROTOCOLS = {
  'a space before the method': line(' GET /healthz HTTP/1.1'),
  'another protocol: TLS': '\x16\x03\x01\x00\xa5\x01\x00\x00\xa1\x03\x03abcdefgh\r\n\r\n',
  'another protocol: SSH': 'SSH-2.0-OpenSSH_9.2\r\n\r\n',
};

// What libmicrohttpd 0.9.75 hides from the program. Kept as it is, so that a change is noticed; a
// proxy in front refuses or mends it.
export const UNSEEN = {
  'a header without a name': get(': x\r\n'),
  'a fold in a value': get('X: a\r\n b\r\n'),
  'a fold before chunked': get('Transfer-Encoding:\r\n chunked\r\n') + '3\r\nabc\r\n0\r\n\r\n',
  'a fold in the name of Transfer-Encoding': get('Transfer: chunked\r\n -Encoding\r\n') + '3\r\nabc\r\n0\r\n\r\n',
  'a fold before a length': get('Content-Length:\r\n 3\r\n') + 'abc',
  'U+0000 in a value': get('X: a\x00b\r\n'),
  'U+0000 behind chunked': get('Transfer-Encoding: chunked\x00x\r\n') + '3\r\nabc\r\n0\r\n\r\n',
  'U+0000 behind a length': get('Content-Length: 3\x000\r\n') + 'abc',
  'U+0000 in the target': line('GET /healthz\x00x HTTP/1.1'),
  'U+0000 in the method': line('GET\x00X /healthz HTTP/1.1'),
  'a line feed alone behind a chunk size': chunked('3\nabc\r\n0\r\n\r\n'),
  'a line feed alone behind a chunk': chunked('3\r\nabc\n0\r\n\r\n'),
  'a line feed alone within an extension': chunked('3;a\nabc\r\n0\r\n\r\n'),
  'HTTP/1.2': line('GET /healthz HTTP/1.2'),
};

// Client of /*{js .Title}*/, for browsers and Node.js 18 or later.
//
//   const client = apigClientFactory.newClient({apiKey: '...'});
//   const answer = await client.someMethodGet({id: '1'}, body, {queryParams: {}, headers: {}});
//   answer.status, answer.headers, answer.data
//
// An answer outside of 200 to 299 rejects with an Error that has it as .response.
(function (root, make) {
  if (typeof module === 'object' && module.exports) {
    module.exports = make();
  } else {
    root.apigClientFactory = make();
  }
})(typeof globalThis === 'object' ? globalThis : this, function () {
  'use strict';

  const endpoint = /*{js .Endpoint}*/;
  const defaultRegion = /*{js .Region}*/;

  // name, verb, path and parameters of each method of the API
  const calls = [/*{range .Calls}*/
    {name: /*{js .Name}*/, verb: /*{js .Verb}*/, path: /*{js .Path}*/, params: [/*{range .Params}*/{name: /*{js .Name}*/, in: /*{js .In}*/, required: /*{js .Required}*/, greedy: /*{js .Greedy}*/}, /*{end}*/]},/*{end}*/
  ];

  // RFC 3986: what encodeURIComponent leaves but must not be left
  const escape = (text) => encodeURIComponent(String(text)).replace(/[!'()*]/g, (c) => '%' + c.charCodeAt(0).toString(16).toUpperCase());

  function pathOf(call, params) {
    return call.path.replace(/\{([^{}+]+)(\+?)\}/g, (_, name, greedy) =>
      greedy ? String(params[name]).split('/').map(escape).join('/') : escape(params[name]));
  }

  function given(call, params, place, more) {
    const out = {};
    for (const p of call.params) {
      if (p.in === place && params[p.name] !== undefined && params[p.name] !== null) out[p.name] = params[p.name];
    }
    return Object.assign(out, more);
  }

  // pairs in the order and form that a signature needs: by name, then by value
  function queryOf(values) {
    const pairs = [];
    for (const name of Object.keys(values)) {
      for (const value of [].concat(values[name])) pairs.push([escape(name), escape(value)]);
    }
    const order = (a, b) => (a < b ? -1 : a > b ? 1 : 0);
    return pairs.sort((a, b) => order(a[0], b[0]) || order(a[1], b[1])).map((p) => p.join('=')).join('&');
  }

  const bytes = (text) => new TextEncoder().encode(text);
  const hex = (buffer) => Array.from(new Uint8Array(buffer), (b) => b.toString(16).padStart(2, '0')).join('');
  const sha256 = async (text) => hex(await crypto.subtle.digest('SHA-256', bytes(text)));
  async function hmac(key, text) {
    const k = await crypto.subtle.importKey('raw', key, {name: 'HMAC', hash: 'SHA-256'}, false, ['sign']);
    return crypto.subtle.sign('HMAC', k, bytes(text));
  }

  // sign adds an AWS Signature Version 4 to headers, for methods with AWS_IAM.
  async function sign(config, verb, url, headers, body) {
    const now = new Date().toISOString().replace(/[:-]|\.\d{3}/g, '');
    const region = config.region || defaultRegion;
    const scope = [now.slice(0, 8), region, 'execute-api', 'aws4_request'];
    headers['x-amz-date'] = now;
    if (config.sessionToken) headers['x-amz-security-token'] = config.sessionToken;
    const signed = Object.assign({host: url.host}, headers);
    const lower = {};
    for (const name of Object.keys(signed)) lower[name.toLowerCase()] = String(signed[name]).trim().replace(/\s+/g, ' ');
    const names = Object.keys(lower).sort();
    const path = url.pathname.split('/').map(escape).join('/');
    const canonical = [verb, path, url.search.slice(1), names.map((n) => n + ':' + lower[n] + '\n').join(''), names.join(';'), await sha256(body || '')].join('\n');
    const text = ['AWS4-HMAC-SHA256', now, scope.join('/'), await sha256(canonical)].join('\n');
    let key = bytes('AWS4' + config.secretKey);
    for (const part of scope) key = await hmac(key, part);
    headers.Authorization = 'AWS4-HMAC-SHA256 Credential=' + config.accessKey + '/' + scope.join('/') +
      ', SignedHeaders=' + names.join(';') + ', Signature=' + hex(await hmac(key, text));
  }

  async function answerOf(response) {
    const text = await response.text();
    const headers = Object.fromEntries(response.headers.entries());
    let data = text;
    if (/\bjson\b/.test(headers['content-type'] || '') && text !== '') {
      try { data = JSON.parse(text); } catch (e) { /* not JSON after all: the text stays */ }
    }
    return {status: response.status, statusText: response.statusText, headers, data};
  }

  async function send(config, call, params, body, additional) {
    params = params || {};
    additional = additional || {};
    for (const p of call.params) {
      if (p.required && (params[p.name] === undefined || params[p.name] === null)) throw new Error(call.name + ': missing required parameter ' + p.name);
    }
    const verb = call.verb === 'ANY' ? (additional.method || (body === undefined ? 'GET' : 'POST')).toUpperCase() : call.verb;
    const query = queryOf(given(call, params, 'query', additional.queryParams));
    const url = new URL((config.endpoint || endpoint).replace(/\/$/, '') + pathOf(call, params) + (query ? '?' + query : ''));
    const headers = {Accept: config.defaultAcceptType || 'application/json'};
    const hasBody = body !== undefined && body !== null && verb !== 'GET' && verb !== 'HEAD';
    if (hasBody) headers['Content-Type'] = config.defaultContentType || 'application/json';
    Object.assign(headers, given(call, params, 'header', additional.headers));
    if (config.apiKey) headers['x-api-key'] = config.apiKey;
    const text = !hasBody ? undefined : typeof body === 'string' ? body : JSON.stringify(body);
    if (config.accessKey) await sign(config, verb, url, headers, text);
    const answer = await answerOf(await fetch(url, {method: verb, headers, body: text}));
    if (answer.status < 200 || answer.status > 299) {
      throw Object.assign(new Error(call.name + ': status ' + answer.status), {response: answer});
    }
    return answer;
  }

  // newClient takes accessKey, secretKey, sessionToken, region, apiKey, endpoint,
  // defaultContentType and defaultAcceptType, all optional.
  function newClient(config) {
    const client = {};
    for (const call of calls) {
      client[call.name] = (params, body, additional) => send(config || {}, call, params, body, additional);
    }
    return client;
  }

  return {newClient};
});

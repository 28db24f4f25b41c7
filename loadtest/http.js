// Load on an HTTP API, by name of the scenario: smoke, ramp, soak, spike.
// `make load SCENARIO=ramp` runs it against a gateway that it starts.
//
// BASE_URL  where the gateway listens, HOST  the API's host name
// SCENARIO  one of the names below, P99_MS  bound of the 99th percentile
// RATE      requests per second at the scenario's peak, DURATION  length of the soak
import http from 'k6/http';
import { check } from 'k6';
import { Counter } from 'k6/metrics';

const base = __ENV.BASE_URL;
const name = __ENV.SCENARIO || 'smoke';
const p99 = Number(__ENV.P99_MS || 250);

// peak is RATE or what the scenario has by itself.
const peak = (own) => Number(__ENV.RATE || own);

// arrivals is a scenario that starts requests at a rate, however long they
// take: a gateway that slows down does not get fewer of them.
function arrivals(start, stages) {
  return {
    executor: 'ramping-arrival-rate',
    startRate: start,
    timeUnit: '1s',
    preAllocatedVUs: 100,
    maxVUs: 1000,
    stages,
  };
}

const scenarios = {
  smoke: { executor: 'constant-vus', vus: 2, duration: '5s' },
  ramp: arrivals(50, [
    { target: peak(1000), duration: '40s' },
    { target: peak(1000), duration: '15s' },
    { target: 0, duration: '5s' },
  ]),
  soak: {
    executor: 'constant-arrival-rate',
    rate: peak(300),
    timeUnit: '1s',
    duration: __ENV.DURATION || '10m',
    preAllocatedVUs: 100,
    maxVUs: 500,
  },
  spike: arrivals(50, [
    { target: 50, duration: '5s' },
    { target: peak(1500), duration: '2s' },
    { target: peak(1500), duration: '10s' },
    { target: 50, duration: '2s' },
    { target: 50, duration: '10s' },
  ]),
};

if (!base) {
  throw new Error('BASE_URL is not set');
}
if (!scenarios[name]) {
  throw new Error(`no scenario ${name}; there are ${Object.keys(scenarios).join(', ')}`);
}

// wrong counts answers that came with status 200 and other bytes than expected.
const wrong = new Counter('wrong_answers');

export const options = {
  scenarios: { [name]: scenarios[name] },
  discardResponseBodies: false,
  summaryTrendStats: ['avg', 'med', 'p(95)', 'p(99)', 'max'],
  thresholds: {
    http_req_failed: ['rate<0.001'],
    checks: ['rate>0.999'],
    wrong_answers: ['count==0'],
    'http_req_duration{kind:plain}': [`p(99)<${p99}`],
    // The back end takes 100 ms here; the gateway may add what it adds elsewhere.
    'http_req_duration{kind:slow}': [`p(99)<${100 + p99}`],
  },
};

const order = JSON.stringify({ id: 7, lines: 'x'.repeat(2000) });

function params(kind) {
  const headers = { 'Content-Type': 'application/json' };
  if (__ENV.HOST) {
    headers.Host = __ENV.HOST;
  }
  return { headers, tags: { kind, name: kind }, timeout: '10s' };
}

// answered checks status and body, and counts a wrong body by itself.
function answered(response, body) {
  const same = response.body === body;
  check(response, {
    'status is 200': (r) => r.status === 200,
    'body is what the back end sent': () => same,
  });
  if (response.status === 200 && !same) {
    wrong.add(1);
  }
}

// One iteration is one request: seven in ten read, two write, one waits.
export default function () {
  const dice = Math.random();
  if (dice < 0.7) {
    const id = Math.floor(dice * 10000);
    answered(http.get(`${base}/orders/${id}?x=1`, params('plain')), `{"path":"/orders/${id}","x":"1"}`);
  } else if (dice < 0.9) {
    answered(http.post(`${base}/orders`, order, params('plain')), order);
  } else {
    answered(http.get(`${base}/slow`, params('slow')), '{"path":"/slow","x":""}');
  }
}

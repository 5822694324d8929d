/**
 * What the measured clients have in common. Arguments: what to do, as JSON: `mode` (produce, consume, latency), `bootstrap`, `topic`, `count`,
 * `size`, `codec`, `rate`, `group`. Prints what was seen, as JSON.
 */

import { readFileSync } from "node:fs";
import process from "node:process";
import { setTimeout } from "node:timers/promises";

const options = JSON.parse(process.argv[2]);

/** Records that go into one call, and calls that wait for their answers at the same time. */
const A_CALL = 1000;
const CALLS = 8;

/** Values that do not compress to nothing, and not at all either. */
function values(count, size) {
  const words = ["clicks", "orders", "europe", "42", "kafka", "segment", "offset", "batch"];
  let seed = 1;
  return Array.from({ length: Math.min(count, 4096) }, () => {
    let text = "";
    while (text.length < size) {
      seed = Math.imul(seed, 1_103_515_245) + 12_345 >>> 0;
      text += `${words[seed >>> 16 & 7]}${seed >>> 20},`;
    }
    return Buffer.from(text.slice(0, size));
  });
}

function report(records, ms, more = {}) {
  // What getrusage tells begins with the memory of the process that started this one.
  const [, peak] = /VmHWM:\s+(\d+)/.exec(readFileSync("/proc/self/status", "utf8"));
  const found = { rate: records / ms * 1000, residentMiB: peak / 1024, ...more };
  process.stdout.write(`${JSON.stringify(found)}\n`, () => process.exit(0));
}

function percentile(sorted, share) {
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))];
}

/** Sends one record at a fixed rate, and measures until each is acknowledged. */
async function measureLatency(sendOne) {
  const { count, rate, size } = options;
  const pool = values(1, size);
  const taken = [];
  const waiting = [];
  const start = performance.now();
  for (let i = 0; i < count; i++) {
    const due = start + i * 1000 / rate;
    const early = due - performance.now();
    if (early > 1) await setTimeout(early);
    const from = performance.now();
    waiting.push(sendOne(pool[0]).then(() => taken.push(performance.now() - from)));
  }
  await Promise.all(waiting);
  // What comes first finds everything cold.
  const sorted = taken.slice(count >> 2).sort((a, b) => a - b);
  report(count, performance.now() - start, {
    p50: percentile(sorted, 0.5),
    p99: percentile(sorted, 0.99),
  });
}

/** Measures a producer that takes many records a call. */
export async function produceIn(open) {
  const { mode, count, size } = options;
  if (mode === "consume") return;
  const { send, close } = await open(options);
  if (mode === "latency") return await measureLatency((value) => send([value]));
  const pool = values(count, size);
  const call = Array.from({ length: A_CALL }, (_, i) => pool[i % pool.length]);
  await send(call);
  const start = performance.now();
  let left = count;
  await Promise.all(Array.from({ length: CALLS }, async () => {
    while (left > 0) {
      const take = Math.min(A_CALL, left);
      left -= take;
      await send(take === A_CALL ? call : call.slice(0, take));
    }
  }));
  const ms = performance.now() - start;
  await close();
  report(count, ms);
}

/** Measures a producer that takes a record a call, and puts them into batches itself. */
export async function produceEach(open) {
  const { mode, count, size } = options;
  if (mode === "consume") return;
  const { send, flush, close } = await open(options);
  const sendOne = (value) =>
    new Promise((resolve, reject) => send(value, (error) => error ? reject(error) : resolve()));
  if (mode === "latency") return await measureLatency(sendOne);
  const pool = values(count, size);
  await sendOne(pool[0]);
  const start = performance.now();
  let done = 0;
  const finished = Promise.withResolvers();
  for (let i = 0; i < count; i++) {
    const whenReady = send(pool[i & 4095], () => {
      if (++done === count) finished.resolve();
    });
    if (whenReady !== undefined) await whenReady;
    // Whoever produces has other things to do as well.
    if (i - done > 100_000) { while (i - done > 50_000) await setTimeout(1); }
    else if ((i & 1023) === 0) await new Promise((resolve) => setImmediate(resolve));
  }
  await flush();
  await finished.promise;
  const ms = performance.now() - start;
  await close();
  report(count, ms);
}

/** Measures a consumer, from its first record on. */
export async function consumeTo(open) {
  const { mode, count } = options;
  if (mode !== "consume") return;
  let start;
  let records = 0;
  const done = Promise.withResolvers();
  const onRecords = (more) => {
    start ??= performance.now();
    records += more;
    if (records >= count) done.resolve();
  };
  await open({ ...options, onRecords });
  await done.promise;
  report(records, performance.now() - start);
}

/**
 * Fuzzes without an end: `deno task fuzz`. `FUZZ_SECONDS` ends it, `FUZZ_SEED` is where it begins, `FUZZ_TARGET` picks one
 * target by a part of its name. A finding prints target and seed, and ends it with status 1; so does an input that takes longer
 * than ten seconds.
 */

import { targets } from "./targets.ts";

const watchdogMs = 10_000;
const begin = Number(Deno.env.get("FUZZ_SEED") ?? Date.now() % 1_000_000_000);
const end = performance.now() + Number(Deno.env.get("FUZZ_SECONDS") ?? Infinity) * 1000;
const only = Deno.env.get("FUZZ_TARGET") ?? "";
const names = Object.keys(targets).filter((name) => name.includes(only));

const worker = new Worker(new URL("./fuzz_worker.ts", import.meta.url), { type: "module" });

/** Resolves with what went wrong; with an empty text when nothing did. */
function attempt(target: string, seed: number): Promise<string> {
  return new Promise((resolve) => {
    const timer = setTimeout(() => resolve(`took longer than ${watchdogMs} ms`), watchdogMs);
    worker.onmessage = ({ data }: MessageEvent<string>) => {
      clearTimeout(timer);
      resolve(data);
    };
    worker.postMessage({ target, seed });
  });
}

let inputs = 0;
for (let seed = begin; performance.now() < end; seed++) {
  for (const target of names) {
    const finding = await attempt(target, seed);
    inputs++;
    if (finding !== "") {
      console.error(`FUZZ_SEED=${seed} FUZZ_TARGET=${JSON.stringify(target)}: ${finding}`);
      Deno.exit(1);
    }
  }
  if (seed % 100 === 0 && Deno.stderr.isTerminal()) {
    Deno.stderr.writeSync(new TextEncoder().encode(`\r${inputs} inputs, seed ${seed}`));
  }
}
worker.terminate();
console.log(`${inputs} inputs from seed ${begin}, nothing found`);

/**
 * A program that appends until it is killed. It says on standard output what has been appended (`a OFFSET`) and what has been
 * flushed (`f OFFSET`), both exclusive, only after the call has returned.
 */

import { Log } from "../../storage/embedded/log.ts";
import { string } from "../../storage/serde/string.ts";

const [directory, seed] = Deno.args as [string, string];
const log = Log.open<string, string>(directory, {
  serde: string(),
  keySerde: string(),
  internalSegmentBytes: 200_000,
  compressionType: Number(seed) % 3 === 0 ? "lz4" : "producer",
});
const encoder = new TextEncoder();
const say = (line: string) => Deno.stdout.writeSync(encoder.encode(`${line}\n`));

for (let round = 0;; round++) {
  const records = Array.from({ length: 1 + round % 40 }, (_, i) => {
    const offset = log.logEndOffset + i;
    return { key: `k${offset}`, value: `v${offset}-${"x".repeat(offset % 200)}` };
  });
  const { lastOffset } = log.append(records);
  say(`a ${lastOffset + 1}`);
  if (round % 5 === 4) {
    const end = log.logEndOffset;
    await log.flush();
    say(`f ${end}`);
  }
}

import { assert, assertRejects } from "@std/assert";
import { canary, type Target, targets } from "./targets.ts";

const inputs = Number(Deno.env.get("FUZZ_INPUTS") ?? 400);
const firstSeed = 1;

async function run(target: Target, count: number): Promise<void> {
  for (let seed = firstSeed; seed < firstSeed + count; seed++) {
    try {
      await target(seed);
    } catch (cause) {
      throw new Error(`FUZZ_SEED=${seed}`, { cause });
    }
  }
}

for (const [name, target] of Object.entries(targets)) {
  Deno.test(`${inputs} inputs of the fuzzer find nothing: ${name}`, () => run(target, inputs));
}

Deno.test("the fuzzer finds a bug that is planted", async () => {
  const finding = await assertRejects(() => run(canary, 5000), Error, "FUZZ_SEED=");
  assert(finding.cause instanceof TypeError, String(finding.cause));
});

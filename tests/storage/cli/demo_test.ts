import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { demoTool } from "../../../storage/cli/demo.ts";
import { manualEnv } from "../../support/manual_env.ts";

async function demo(env = manualEnv(), args = ["--dir", "/data"]) {
  const out: string[] = [], err: string[] = [];
  const io = {
    env,
    stdout: (text: string) => void out.push(text),
    stderr: (text: string) => void err.push(text),
  };
  return { status: await demoTool(args, io), out: out.join("\n"), err: err.join("\n") };
}

Deno.test("the demo appends, reads back, compacts and dumps", async () => {
  const { status, out, err } = await demo();
  assertEquals([status, err], [0, ""]);
  assertStringIncludes(out, "Opened /data/page-views-0");
  assertStringIncludes(out, "Read 10,000 records back");
  assertStringIncludes(out, "250 records are left, the newest of each key");
  assertStringIncludes(out, "payload: {");
});

Deno.test("a second run of the demo goes on from the first", async () => {
  const env = manualEnv();
  await demo(env);
  const { out } = await demo(env);
  assertStringIncludes(out, "offsets 0 to 10,000");
  assertStringIncludes(out, "250 records are left");
});

Deno.test("the demo names what it takes", async () => {
  const { status, err } = await demo(manualEnv(), ["--help"]);
  assertEquals(status, 1);
  assert(err.startsWith("Usage: seglog demo"));
});

import { assertEquals } from "@std/assert";
import type { ToolIo } from "../../../storage/cli/tool.ts";
import { loaded } from "../../../storage/cli/tools.ts";
import { manualEnv } from "../../support/manual_env.ts";

Deno.test("a tool is loaded when it is run, and not before", async () => {
  const io: ToolIo = { env: manualEnv(), stdout: () => {}, stderr: () => {} };
  const seen: unknown[] = [];
  const tool = loaded(() => {
    seen.push("loaded");
    return Promise.resolve((...given) => {
      seen.push(given);
      return Promise.resolve(3);
    });
  });
  assertEquals(seen, []);
  assertEquals(await tool(["--a"], io), 3);
  assertEquals(seen, ["loaded", [["--a"], io]]);
});

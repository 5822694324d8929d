import { assertEquals, assertRejects } from "@std/assert";
import { runClientTool, ToolExit } from "../../../client/cli/client_tool.ts";
import { manualEnv } from "../../support/manual_env.ts";

function collecting() {
  const printed: string[] = [];
  return {
    printed,
    io: {
      env: manualEnv(),
      stdout: (text: string) => void printed.push(`out ${text}`),
      stderr: (text: string) => void printed.push(`err ${text}`),
    },
  };
}

Deno.test("a tool ends at once with what it prints", async () => {
  const { io, printed } = collecting();
  const status = await runClientTool(io, (output) => {
    output.print("before");
    throw new ToolExit(3, { stdout: "last words", stderr: "complaint" });
  }, () => 9);
  assertEquals([status, printed], [3, ["out before\nlast words", "err complaint"]]);
});

Deno.test("what else is thrown is told in the tool's own way, or goes on", async () => {
  const { io, printed } = collecting();
  const body = () => {
    throw new Error("x");
  };
  const status = await runClientTool(io, body, (error, output) => {
    output.printError((error as Error).message);
    return 1;
  });
  assertEquals([status, printed], [1, ["err x"]]);
  const rethrow = (error: unknown): number => {
    throw error;
  };
  await assertRejects(() => runClientTool(io, body, rethrow), Error, "x");
});

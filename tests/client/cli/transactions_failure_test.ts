import { assertEquals, assertRejects } from "@std/assert";
import { ToolExit } from "../../../client/cli/client_tool.ts";
import { failing } from "../../../client/cli/transactions_failure.ts";
import { KafkaError } from "../../../client/protocol/error_codes.ts";

Deno.test("what a broker says ends the tool, behind what was tried", async () => {
  assertEquals(await failing("Failed", () => Promise.resolve(1)), 1);
  const refusal = () => Promise.reject(new KafkaError("NOT_CONTROLLER", "moved"));
  const exit = await assertRejects(() => failing("Failed to list", refusal), ToolExit);
  assertEquals([exit.status, exit.stderr], [
    1,
    "Failed to list: moved. Enable debug logging for additional detail.",
  ]);
  await assertRejects(() => failing("x", () => Promise.reject(new TypeError("bug"))), TypeError);
});

import { assertEquals, assertThrows } from "@std/assert";
import { JsonEvents } from "../../../client/cli/json_events.ts";
import { LineOutput } from "../../../storage/cli/tool.ts";
import { ManualClock, manualEnv } from "../../support/manual_env.ts";

function printing(stdout: (text: string) => void) {
  const io = { env: manualEnv(), stdout, stderr: () => {} };
  return new JsonEvents(new ManualClock(1234), new LineOutput(io));
}

Deno.test("events have their time and name in front, and those of one moment are written together", async () => {
  const written: string[] = [];
  const events = printing((text) => void written.push(text));
  events.print("started");
  events.print("sent", { offset: 1, key: null });
  assertEquals(written, []);
  await Promise.resolve();
  events.print("stopped");
  await Promise.resolve();
  assertEquals(written, [
    '{"timestamp":1234,"name":"started"}\n{"timestamp":1234,"name":"sent","offset":1,"key":null}',
    '{"timestamp":1234,"name":"stopped"}',
  ]);
  events.throwIfUnread();
});

Deno.test("who prints hears later that nobody reads", async () => {
  const events = printing(() => {
    throw new Deno.errors.BrokenPipe("gone");
  });
  events.print("started");
  await Promise.resolve();
  assertThrows(() => events.throwIfUnread(), Deno.errors.BrokenPipe, "gone");
});

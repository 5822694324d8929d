import { assertEquals, assertRejects } from "@std/assert";
import { CorruptRecordError } from "../../../storage/errors.ts";
import {
  LineOutput,
  runTool,
  StopRequest,
  ToolFailure,
  uncaught,
} from "../../../storage/cli/tool.ts";
import { memoryWith, runWith } from "./cli_support.ts";

const nothing = memoryWith({});

Deno.test("a failure is one line on standard error behind what was printed, and a status", async () => {
  const run = await runWith(
    (_, io) =>
      runTool(io, (output) => {
        output.print("before");
        throw new ToolFailure("no", 3);
      }),
    [],
    nothing,
  );
  assertEquals(run, { status: 3, stdout: "before\n", stderr: "no\n", merged: "before\nno\n" });
});

Deno.test("an error of the engine is one line, a bug is not caught", async () => {
  const run = await runWith(
    (_, io) => runTool(io, () => Promise.reject(new CorruptRecordError("two\nlines"))),
    [],
    nothing,
  );
  assertEquals([run.status, run.stderr], [1, "two lines\n"]);
  await assertRejects(
    () => runWith((_, io) => runTool(io, () => Promise.reject(new TypeError("bug"))), [], nothing),
    TypeError,
  );
});

Deno.test("an exception that nothing has caught is followed by its causes", async () => {
  const error = uncaught("a.B", "why", { cause: uncaught("c.D", "e") });
  const run = await runWith((_, io) => runTool(io, () => Promise.reject(error)), [], nothing);
  assertEquals(run.stderr, 'Exception in thread "main" a.B: why\nCaused by: c.D: e\n');
});

Deno.test("output lines are joined into large pieces", async () => {
  let pieces = 0;
  await runWith(
    (_, io) => {
      const output = new LineOutput({ ...io, stdout: () => void pieces++ });
      for (let i = 0; i < 10_000; i++) output.print("x".repeat(100));
      output.flush();
      output.flush();
      return Promise.resolve(0);
    },
    [],
    nothing,
  );
  assertEquals(pieces, 4);
});

Deno.test("an uncaught exception looks like Java's", () => {
  assertEquals(uncaught("a.B", "c").message, 'Exception in thread "main" a.B: c');
  assertEquals(uncaught("a.B").message, 'Exception in thread "main" a.B');
});

Deno.test("who ends because of a signal has 128 and its number as exit status", () => {
  assertEquals(new StopRequest("SIGINT").status, 130);
  assertEquals(new StopRequest("SIGTERM").status, 143);
});

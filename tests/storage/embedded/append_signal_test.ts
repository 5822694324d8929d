import { assertEquals, assertRejects } from "@std/assert";
import { AppendSignal } from "../../../storage/embedded/append_signal.ts";

Deno.test("all who wait are woken, once", async () => {
  const signal = new AppendSignal();
  let woken = 0;
  const waits = [1, 2, 3].map(() => signal.wait().then(() => woken++));
  signal.notify();
  signal.notify();
  await Promise.all(waits);
  assertEquals(woken, 3);
});

Deno.test("an abort ends the wait of the one who gave the signal", async () => {
  const signal = new AppendSignal();
  const abort = new AbortController();
  const aborted = signal.wait(abort.signal);
  const other = signal.wait();
  abort.abort(new Error("enough"));
  await assertRejects(() => aborted, Error, "enough");
  await assertRejects(() => signal.wait(abort.signal), Error, "enough");
  signal.notify();
  await other;
});

Deno.test("who was woken does not hear of a later abort", async () => {
  const signal = new AppendSignal();
  const abort = new AbortController();
  const wait = signal.wait(abort.signal);
  signal.notify();
  abort.abort(new Error("late"));
  await wait;
});

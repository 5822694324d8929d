import { assertEquals, assertRejects } from "@std/assert";
import { ExponentialBackoff } from "../../client/network/exponential_backoff.ts";
import { NetworkError } from "../../client/network/transport.ts";
import { KafkaError } from "../../client/protocol/error_codes.ts";
import { isRetriableFailure, retry } from "../../client/retry.ts";
import { ManualClock, SeededRandom } from "../support/manual_env.ts";

const broken = new NetworkError("disconnected", "gone");

function world() {
  const clock = new ManualClock();
  const backoff = new ExponentialBackoff(100, 1000, new SeededRandom(1));
  return { clock, backoff };
}

Deno.test("what may go well the next time: a broken connection, and what the table calls retriable", () => {
  const failures = [
    broken,
    new KafkaError("NOT_LEADER_OR_FOLLOWER"),
    new KafkaError("INVALID_TOPIC_EXCEPTION"),
    new TypeError(),
  ];
  assertEquals(failures.map(isRetriableFailure), [true, true, false, false]);
});

Deno.test("it is tried until it goes well, with waits between", async () => {
  const { clock, backoff } = world();
  const at: number[] = [];
  const failed: unknown[] = [];
  const result = retry(() => {
    at.push(clock.monotonic());
    return at.length < 3 ? Promise.reject(broken) : Promise.resolve("well");
  }, { clock, backoff, signal: new AbortController().signal, onRetry: (e) => failed.push(e) });
  await clock.advance(1000);
  assertEquals([await result, at.length, failed], ["well", 3, [broken, broken]]);
  assertEquals([at[0]! === 0, at[1]! >= 80, at[2]! - at[1]! >= 160], [true, true, true]);
});

Deno.test("it is tried no more often than asked for", async () => {
  const { clock, backoff } = world();
  let attempts = 0;
  const signal = new AbortController().signal;
  const result = retry(() => {
    attempts++;
    return Promise.reject(broken);
  }, { clock, backoff, signal, retries: 2 });
  result.catch(() => {});
  await clock.advance(10_000);
  await assertRejects(() => result, NetworkError, "gone");
  assertEquals(attempts, 3);
});

Deno.test("what will not go well is thrown at once", async () => {
  const { clock, backoff } = world();
  const signal = new AbortController().signal;
  const error = new KafkaError("INVALID_TOPIC_EXCEPTION");
  await assertRejects(() => retry(() => Promise.reject(error), { clock, backoff, signal }));
});

Deno.test("when it is given up, the reason tells what went wrong before", async () => {
  const { clock, backoff } = world();
  const stop = new AbortController();
  const result = retry(() => Promise.reject(broken), { clock, backoff, signal: stop.signal });
  result.catch(() => {});
  await clock.advance(10);
  stop.abort(new KafkaError("REQUEST_TIMED_OUT", "Too late"));
  const error = await assertRejects(() => result, KafkaError, "Too late");
  assertEquals(error.cause, broken);
});

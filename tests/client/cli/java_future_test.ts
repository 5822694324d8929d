import { assertEquals, assertRejects } from "@std/assert";
import { JavaException } from "../../../client/cli/java_exception.ts";
import { future, uncheckedFuture } from "../../../client/cli/java_future.ts";
import { KafkaError } from "../../../client/protocol/error_codes.ts";

Deno.test("what a broker says comes out of a future in an ExecutionException", async () => {
  const failed = () => Promise.reject(new KafkaError("NOT_CONTROLLER", "moved"));
  const text = "org.apache.kafka.common.errors.NotControllerException: moved";
  const error = await assertRejects(() => future(failed()), JavaException, text);
  assertEquals(error.className, "java.util.concurrent.ExecutionException");
  const outer = await assertRejects(() => uncheckedFuture(failed()), JavaException);
  assertEquals(outer.className, "java.lang.RuntimeException");
  assertEquals(outer.detail, `java.util.concurrent.ExecutionException: ${text}`);
});

Deno.test("values and other errors come as they are", async () => {
  assertEquals(await uncheckedFuture(Promise.resolve(1)), 1);
  await assertRejects(() => uncheckedFuture(Promise.reject(new TypeError("bug"))), TypeError);
});

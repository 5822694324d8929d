import { assertEquals } from "@std/assert";
import { errorCode, logDirError, systemError } from "../../../storage/file/system_error.ts";

Deno.test("the message names the action, the file, and the system's reason in words", () => {
  const cause = systemError("ENOSPC");
  const error = logDirError("write to", "/data/x", cause);
  assertEquals(error.message, "Failed to write to /data/x: ENOSPC, no space left on device");
  assertEquals([error.path, error.cause, error.code], ["/data/x", cause, "KAFKA_STORAGE_ERROR"]);
});

Deno.test("a reason without a name is told as it is", () => {
  assertEquals(logDirError("read", "/x", new Error("odd")).message, "Failed to read /x: odd");
  assertEquals(logDirError("read", "/x", "odd").message, "Failed to read /x: odd");
});

Deno.test("an error is known by its code or by the number in its text", () => {
  assertEquals(errorCode(new TypeError("Invalid argument (os error 22)")), "EINVAL");
  assertEquals(errorCode(Object.assign(new Error("x"), { code: "EIO" })), "EIO");
  assertEquals([errorCode(new Error("x")), errorCode(undefined)], [undefined, undefined]);
});

Deno.test("a disk is merely full when a write or a new file finds no room; a flush that fails is worse", () => {
  const isFull = (code: string, action: string) =>
    logDirError(action, "/x", systemError(code)).isDiskFull;
  for (const action of ["write to", "open", "preallocate", "make directory"]) {
    assertEquals([isFull("ENOSPC", action), isFull("EDQUOT", action), isFull("EIO", action)], [
      true,
      true,
      false,
    ]);
  }
  for (const action of ["flush", "flush directory", "rename to y", "truncate", "remove"]) {
    assertEquals(isFull("ENOSPC", action), false);
  }
});

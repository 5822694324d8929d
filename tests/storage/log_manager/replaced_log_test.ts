import { assertEquals } from "@std/assert";
import {
  isMarkedReplaced,
  markReplaced,
  REPLACED_LOG_FILE,
  unmarkReplaced,
} from "../../../storage/log_manager/replaced_log.ts";
import { FaultyFileSystem } from "../../support/faulty_file_system.ts";

Deno.test("the mark of a replaced log is there, or gone, for good when the call returns", () => {
  const fileSystem = new FaultyFileSystem();
  fileSystem.makeDirectory("/disk1/kafka-0");
  fileSystem.flushDirectory("/");
  fileSystem.flushDirectory("/disk1");
  const survives = () =>
    Array.from(
      { length: 10 },
      (_, seed) => isMarkedReplaced(fileSystem.afterCrash({ seed }), "/disk1/kafka-0"),
    );
  const everywhere = (value: boolean) => Array.from({ length: 10 }, () => value);
  assertEquals(survives(), everywhere(false));
  markReplaced(fileSystem, "/disk1/kafka-0");
  assertEquals(survives(), everywhere(true));
  assertEquals(fileSystem.stat(`/disk1/kafka-0/${REPLACED_LOG_FILE}`)?.size, 0);
  unmarkReplaced(fileSystem, "/disk1/kafka-0");
  assertEquals(survives(), everywhere(false));
  unmarkReplaced(fileSystem, "/disk1/kafka-0");
});

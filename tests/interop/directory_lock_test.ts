import { assertEquals, assertMatch, assertThrows } from "@std/assert";
import { LogUnavailableError } from "../../storage/errors.ts";
import { DiskFileSystem } from "../../storage/file/disk_file_system.ts";
import { MetaPropertiesFile } from "../../storage/file/meta_properties_file.ts";
import { startBroker } from "./kafka/apache_kafka.ts";

Deno.test({
  name:
    "the log directory of a running Apache Kafka is refused with its pid, and free once it stopped",
  ignore: Deno.build.os !== "linux",
  async fn() {
    const directory = await Deno.makeTempDir();
    const fileSystem = new DiskFileSystem();
    try {
      {
        await using broker = await startBroker(directory);
        const error = assertThrows(() => fileSystem.lock(broker.logDir), LogUnavailableError);
        assertMatch(
          error.message,
          /the process with pid \d+ has it \(a running Apache Kafka broker\?\)/,
        );
      }
      fileSystem.lock(`${directory}/data`).release();
      assertEquals(new MetaPropertiesFile(fileSystem, `${directory}/data`).read()?.nodeId, 1);
    } finally {
      await Deno.remove(directory, { recursive: true });
    }
  },
});

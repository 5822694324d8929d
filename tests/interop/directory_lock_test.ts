import { assertEquals, assertMatch, assertStringIncludes, assertThrows } from "@std/assert";
import { LogUnavailableError } from "../../storage/errors.ts";
import { DiskFileSystem } from "../../storage/file/disk_file_system.ts";
import { MetaPropertiesFile } from "../../storage/file/meta_properties_file.ts";
import { kafka, startBroker } from "./kafka/apache_kafka.ts";

Deno.test({
  name: "a running Apache Kafka and a log of ours keep each other out of a log directory",
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
      const lock = fileSystem.lock(`${directory}/data`);
      const refused = await kafka("server", `${directory}/server.properties`);
      assertStringIncludes(refused.stderr + refused.stdout, "Failed to acquire lock on file .lock");
      lock.release();
      assertEquals(new MetaPropertiesFile(fileSystem, `${directory}/data`).read()?.nodeId, 1);
    } finally {
      await Deno.remove(directory, { recursive: true });
    }
  },
});

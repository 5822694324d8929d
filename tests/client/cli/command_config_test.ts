import { assertEquals, assertThrows } from "@std/assert";
import {
  bootstrapConfigs,
  BootstrapError,
  checkBootstrapServer,
  commandConfigs,
  readToolFile,
  readToolProperties,
  readToolText,
} from "../../../client/cli/command_config.ts";
import { JavaException } from "../../../client/cli/java_exception.ts";
import { writeTextFile } from "../../../storage/file/text_file.ts";
import { manualEnv } from "../../support/manual_env.ts";

function ioWith(text: string) {
  const env = manualEnv();
  env.fileSystem.makeDirectory("/home");
  writeTextFile(env.fileSystem, "/home/file", text);
  return { env, workingDirectory: "/home", stdout: () => {}, stderr: () => {} };
}

Deno.test("files are found from where the tool was started", () => {
  const io = ioWith("request.timeout.ms = 5\n");
  assertEquals(readToolText(io, "/home/file"), "request.timeout.ms = 5\n");
  assertEquals(readToolFile(io, "file").length, 23);
  assertEquals([...readToolProperties(io, "file")], [["request.timeout.ms", "5"]]);
  assertEquals(commandConfigs(io, "file"), { "request.timeout.ms": "5" });
  assertEquals(commandConfigs(io, undefined), {});
  const error = assertThrows(() => readToolFile(io, "none"), JavaException, "none");
  assertEquals(error.className, "java.nio.file.NoSuchFileException");
});

Deno.test("either servers or controllers are asked, and replace what the file has", () => {
  const configs = { "bootstrap.servers": "a:1", "client.id": "x" };
  assertEquals(bootstrapConfigs(configs, "b:2", undefined), {
    "client.id": "x",
    "bootstrap.servers": "b:2",
  });
  assertEquals(bootstrapConfigs(configs, undefined, "c:3"), {
    "client.id": "x",
    "bootstrap.controllers": "c:3",
  });
  assertThrows(() => bootstrapConfigs({}, "a:1", "b:2"), BootstrapError, "cannot specify both");
  assertThrows(() => bootstrapConfigs({}, undefined, undefined), BootstrapError, "must specify");
});

Deno.test("servers are host:port", () => {
  for (const text of ["a:1", "a:1,b:2", "[::1]:9092", "PLAINTEXT://a:1"]) {
    checkBootstrapServer(text);
  }
  for (const text of ["a", "a:", "a:1,b", ","]) {
    assertThrows(() => checkBootstrapServer(text), JavaException, "valid host:port", text);
  }
  assertThrows(() => checkBootstrapServer(" "), JavaException, "Error while validating");
});

import { assertEquals, assertThrows } from "@std/assert";
import { resolveVariables } from "../../../cluster/config/config_providers.ts";
import { InvalidConfigError } from "../../../storage/errors.ts";
import { MemoryFileSystem } from "../../../storage/file/memory_file_system.ts";
import { writeTextFile } from "../../../storage/file/text_file.ts";
import type { Texts } from "./broker_properties.ts";

const PACKAGE = "org.apache.kafka.common.config.provider";

function resolve(properties: Texts): Record<string, string> {
  const fileSystem = new MemoryFileSystem();
  fileSystem.makeDirectory("/secrets/inner");
  writeTextFile(fileSystem, "/secrets/file.properties", "the.key=in\\u0020the file\n");
  writeTextFile(fileSystem, "/secrets/password", "hush");
  const environment = (name: string) => ({ PORT: "9192", HOME: "/home" })[name];
  return resolveVariables(properties, { fileSystem, environment });
}

Deno.test("without providers, what looks like a variable is left alone", () => {
  assertEquals(resolve({ "log.dirs": "${env:HOME}/data" }), { "log.dirs": "${env:HOME}/data" });
});

Deno.test("values come from the environment, a file, a directory", () => {
  const resolved = resolve({
    "config.providers": "env, file,directory,mine",
    "config.providers.mine.class": `${PACKAGE}.EnvVarConfigProvider`,
    "listeners": "PLAINTEXT://localhost:${env:PORT},B://localhost:${mine:PORT}",
    "broker.rack": "${file:/secrets/file.properties:the.key}",
    "ssl.key.password": "${directory:/secrets:password}",
  });
  assertEquals(resolved["listeners"], "PLAINTEXT://localhost:9192,B://localhost:9192");
  assertEquals(resolved["broker.rack"], "in the file");
  assertEquals(resolved["ssl.key.password"], "hush");
  assertEquals(resolved["config.providers"], "env, file,directory,mine");
});

Deno.test("a provider or value that there is not stops the start", () => {
  const refused = (properties: Texts, message: string) =>
    assertThrows(
      () => resolve({ "config.providers": "env,file,directory", ...properties }),
      InvalidConfigError,
      message,
    );
  refused({ "a": "${env:NOBODY}" }, "Config provider has no value for a: ${env:NOBODY}");
  refused({ "a": "${vault:x:y}" }, "Config provider of a is not in config.providers: ${vault:x:y}");
  refused(
    { "a": "${env:x:PORT}" },
    "Path is not supported for EnvVarConfigProvider, invalid value 'x'",
  );
  refused({ "a": "${file:/nowhere:x}" }, "Could not read properties from file /nowhere");
  refused(
    { "a": "${file:/secrets/file.properties:no}" },
    "Config provider has no value for a: ${file:/secrets/file.properties:no}",
  );
  for (const name of ["nobody", "inner", "../secrets/password"]) {
    refused({ "a": `\${directory:/secrets:${name}}` }, "Config provider has no value for a");
  }
  refused({ "config.providers": "vault" }, "Config provider vault has no class");
  refused(
    { "config.providers.env.class": "org.example.Vault" },
    "Invalid value org.example.Vault for configuration config.providers.env.class: Could not load config provider " +
      "class",
  );
});

Deno.test("providers keep to what they are allowed", () => {
  const providers = { "config.providers": "env,file" };
  const limited = {
    ...providers,
    "config.providers.env.param.allowlist.pattern": "P.*",
    "config.providers.file.param.allowed.paths": "/elsewhere,/secrets",
  };
  assertEquals(resolve({ ...limited, "a": "${env:PORT}" })["a"], "9192");
  assertThrows(() => resolve({ ...limited, "a": "${env:HOME}" }), InvalidConfigError);
  const path = "${file:/secrets/file.properties:the.key}";
  assertEquals(resolve({ ...limited, "a": path })["a"], "in the file");
  const outside = { "config.providers.file.param.allowed.paths": "/secrets/inner" };
  const around = "${file:/secrets/inner/../file.properties:the.key}";
  assertThrows(() => resolve({ ...limited, ...outside, "a": around }), InvalidConfigError);
});

import { assertEquals, assertThrows } from "@std/assert";
import { newController } from "../../../client/cli/controller_properties.ts";
import { JavaException } from "../../../client/cli/java_exception.ts";
import { writeTextFile } from "../../../storage/file/text_file.ts";
import { manualEnv } from "../../support/manual_env.ts";

const PROPERTIES: Readonly<Record<string, string>> = {
  "node.id": "7",
  "process.roles": "controller",
  "log.dirs": "data,more",
  "listeners": "CONTROLLER://:9093",
  "advertised.listeners": "controller://[::1]:19093",
  "controller.listener.names": "CONTROLLER",
};

function controllerOf(changes: Readonly<Record<string, string | undefined>>) {
  const env = manualEnv();
  env.fileSystem.makeDirectory("/home/data");
  const meta = "version=1\ncluster.id=c\nnode.id=7\ndirectory.id=AAAAAAAAAAAAAAAAAAAAAw\n";
  writeTextFile(env.fileSystem, "/home/data/meta.properties", meta);
  const io = { env, workingDirectory: "/home", stdout: () => {}, stderr: () => {} };
  const properties = Object.entries({ ...PROPERTIES, ...changes });
  return newController(
    io,
    new Map(properties.filter((entry): entry is [string, string] => entry[1] !== undefined)),
  );
}

Deno.test("a controller is known by its properties and its log directory", () => {
  const endpoint = { name: "CONTROLLER", host: "::1", port: 19093 };
  assertEquals(controllerOf({}), {
    id: 7,
    directoryId: "AAAAAAAAAAAAAAAAAAAAAw",
    endpoints: [endpoint],
  });
  assertEquals(controllerOf({ "advertised.listeners": undefined }).endpoints, [
    { name: "CONTROLLER", host: "localhost", port: 9093 },
  ]);
});

Deno.test("what is missing is told", () => {
  const refusals: readonly (readonly [string, string | undefined, string])[] = [
    ["node.id", undefined, "node.id not found"],
    ["node.id", "-1", "node.id was negative"],
    ["node.id", "x", 'For input string: "x"'],
    ["process.roles", "broker", "did not contain 'controller'"],
    ["log.dirs", undefined, "Neither metadata.log.dir nor log.dirs were found"],
    ["log.dirs", "none", "Unable to read meta.properties from none"],
    ["controller.listener.names", undefined, "controller.listener.names was not found"],
    ["controller.listener.names", "OTHER", "Cannot find information about controller listener"],
    ["listeners", "nonsense", "Unable to parse nonsense to a broker endpoint"],
  ];
  for (const [name, value, message] of refusals) {
    assertThrows(() => controllerOf({ [name]: value }), JavaException, message);
  }
});

import { assert, assertEquals } from "@std/assert";
import { KafkaError } from "../../../client/protocol/error_codes.ts";
import { NetworkError } from "../../../client/network/transport.ts";
import { InvalidConfigError, LogDirError, LogUnavailableError } from "../../../storage/errors.ts";
import { serverStart } from "../../../cluster/cli/server_start.ts";
import type { BrokerOptions } from "../../../cluster/server/broker.ts";
import { manualEnv } from "../../support/manual_env.ts";

const PLAINTEXT = { listenerName: "PLAINTEXT", host: "localhost", port: 9092 };
const PROPERTIES = "process.roles=broker,controller\nnode.id=7\nlog.dirs=/a,/b\n";

interface Outcome {
  readonly status: number;
  readonly stdout: string[];
  readonly stderr: string[];
  readonly started: BrokerOptions[];
  readonly stopped: boolean;
}

/** Runs the tool with a node that is a fake, and stops it as soon as it is ready. */
async function run(
  args: readonly string[],
  options: {
    readonly files?: Readonly<Record<string, string>>;
    readonly fails?: Error;
    readonly endpoints?: readonly { listenerName: string; host: string; port: number }[];
    readonly onStart?: (options: BrokerOptions) => void;
    readonly stop?: AbortController;
    readonly failure?: Promise<Error>;
  } = {},
): Promise<Outcome> {
  const env = manualEnv();
  for (const [path, text] of Object.entries(options.files ?? {})) {
    const file = env.fileSystem.open(path, { create: true });
    file.write(0, new TextEncoder().encode(text));
    file.close();
  }
  const stdout: string[] = [];
  const stderr: string[] = [];
  const started: BrokerOptions[] = [];
  const stop = options.stop ?? new AbortController();
  let stopped = false;
  const tool = serverStart((given) => {
    started.push(given);
    options.onStart?.(given);
    if (options.fails !== undefined) return Promise.reject(options.fails);
    return Promise.resolve({
      endpoints: options.endpoints ?? [PLAINTEXT],
      nodeId: 1,
      config: { logDirs: ["./data"] },
      failure: options.failure ?? new Promise<Error>(() => {}),
      shutdown: () => {
        stopped = true;
        return Promise.resolve();
      },
    });
  });
  const status = await tool(args, {
    env,
    stdout: (text) => {
      stdout.push(...text.split("\n"));
      queueMicrotask(() => stop.abort());
    },
    stderr: (text) => stderr.push(...text.split("\n")),
    environment: (name) => name === "HOME_OF_LOGS" ? "/logs" : undefined,
    stopSignal: () => stop.signal,
  });
  return { status, stdout, stderr, started, stopped };
}

Deno.test("a node that is ready says where, and stops cleanly when told to", async () => {
  const { status, stdout, stderr, started, stopped } = await run([]);
  assertEquals(stdout, ["Seglog is ready on PLAINTEXT://localhost:9092 (node 1, data in ./data)"]);
  assertEquals([status, stderr, stopped], [0, [], true]);
  assertEquals(started.map(({ properties }) => properties), [{}]);
});

Deno.test("each listener has its line, with the port that it got", async () => {
  const { stdout } = await run([], {
    endpoints: [{ ...PLAINTEXT, port: 40123 }, { listenerName: "INTERNAL", host: "", port: 9093 }, {
      listenerName: "SIX",
      host: "::1",
      port: 9094,
    }],
  });
  assertEquals(stdout, [
    "Seglog is ready on PLAINTEXT://localhost:40123 (node 1, data in ./data)",
    "Seglog is ready on INTERNAL://0.0.0.0:9093 (node 1, data in ./data)",
    "Seglog is ready on SIX://[::1]:9094 (node 1, data in ./data)",
  ]);
});

Deno.test("the properties are those of the file, with overrides over them and variables resolved", async () => {
  const { started, status } = await run(
    [
      "/server.properties",
      "--override",
      "node.id=9",
      "--override=config.providers=env",
      "--override",
      "log.dirs=${env:HOME_OF_LOGS}/a=b",
    ],
    { files: { "/server.properties": PROPERTIES } },
  );
  assertEquals(status, 0);
  assertEquals(started[0]!.properties, {
    "process.roles": "broker,controller",
    "node.id": "9",
    "log.dirs": "/logs/a=b",
    "config.providers": "env",
  });
});

Deno.test("a node that is told to stop while it starts stops when it has started", async () => {
  const stop = new AbortController();
  stop.abort();
  const { status, stopped } = await run([], { stop });
  assertEquals([status, stopped], [0, true]);
});

Deno.test("lines of the node go to standard error, to begin with warnings and errors", async () => {
  const { stderr, started } = await run([], {
    onStart: ({ env }) => {
      env!.logger.write("warn", "The configuration 'x' was supplied but isn't a known config.", {});
      env!.logger.write("error", "Disk", { path: "/a b" });
    },
  });
  assertEquals(stderr, [
    "2023-11-14T22:13:20.000Z WARN The configuration 'x' was supplied but isn't a known config.",
    '2023-11-14T22:13:20.000Z ERROR Disk path="/a b"',
  ]);
  // Which ones there are is for its loggers to say.
  assertEquals(started.map(({ logLevel }) => logLevel), ["WARN"]);
});

Deno.test("help is printed to those who ask for it", async () => {
  const { status, stdout, started } = await run(["--help"]);
  assertEquals([status, started], [0, []]);
  assert(stdout[0]!.startsWith("USAGE: seglog server-start [server.properties]"));
});

Deno.test("arguments that are none are refused in one line", async () => {
  const refused = async (...args: string[]) => {
    const { status, stderr, started } = await run(args, {
      files: { "/server.properties": PROPERTIES },
    });
    assertEquals([status, started, stderr.length], [1, [], 1]);
    return stderr[0];
  };
  assertEquals(await refused("--port", "1"), "port is not a recognized option");
  assertEquals(
    await refused("/server.properties", "more"),
    "Found non argument parameters: more",
  );
  assertEquals(
    await refused("/server.properties", "--override"),
    "Option override requires an argument",
  );
});

Deno.test("a file that is not there, or says no roles, is refused before anything starts", async () => {
  const files = { "/empty.properties": "node.id=1\n" };
  const missing = await run(["/no.properties"], { files });
  assertEquals([missing.status, missing.started], [1, []]);
  assertEquals(missing.stderr, [
    "No such file: /no.properties; name a file of properties, or none for a node of its own",
  ]);
  const empty = await run(["/empty.properties"], { files });
  assertEquals([empty.status, empty.started], [1, []]);
  assertEquals(empty.stderr, [
    'Missing required configuration "process.roles" which has no default value; ' +
    "correct it in /empty.properties, or by --override property=value",
  ]);
});

Deno.test("what goes wrong at the start is one line that says what to do next", async () => {
  const cases: [Error, string][] = [
    [
      new NetworkError(
        "address-in-use",
        "Failed to listen on localhost:9092: Address already in use",
      ),
      "Failed to listen on localhost:9092: Address already in use; stop what listens there, " +
      "or take another port: --override listeners=PLAINTEXT://localhost:PORT",
    ],
    [
      new NetworkError("permission-denied", "Failed to listen on localhost:80: Permission denied"),
      "Failed to listen on localhost:80: Permission denied; take a port above 1023: " +
      "--override listeners=PLAINTEXT://localhost:PORT",
    ],
    [
      new NetworkError(
        "address-not-available",
        "Failed to listen on 10.9.9.9:9092: no such address",
      ),
      "Failed to listen on 10.9.9.9:9092: no such address; take an address of this machine: " +
      "--override listeners=PLAINTEXT://HOST:PORT",
    ],
    [
      new InvalidConfigError("Invalid value x for configuration node.id: Not a number"),
      "Invalid value x for configuration node.id: Not a number; correct the --override",
    ],
    [
      new LogUnavailableError("Failed to lock the log directory, another process has it: ./data"),
      "Failed to lock the log directory, another process has it: ./data; stop that process, " +
      "or take another directory: --override log.dirs=DIRECTORY",
    ],
    [
      new LogUnavailableError(
        "No `meta.properties` found in ./data, which has logs and so is not formatted: t-0",
      ),
      "No `meta.properties` found in ./data, which has logs and so is not formatted: t-0; format it: " +
      "seglog storage format --cluster-id ID --config server.properties; " +
      "or take another directory: --override log.dirs=DIRECTORY",
    ],
    [
      new LogUnavailableError("Stored node id 2 doesn't match previous node id 1 in ./data"),
      "Stored node id 2 doesn't match previous node id 1 in ./data; take the directory of this node: " +
      "--override log.dirs=DIRECTORY",
    ],
    [
      new LogDirError("./data", "Failed to create a directory: ./data"),
      "Failed to create a directory: ./data; make room or mend the directory, or take another one: " +
      "--override log.dirs=DIRECTORY",
    ],
    [
      new KafkaError("BROKER_NOT_AVAILABLE", "Shutting down because we were unable to register."),
      "Shutting down because we were unable to register; the warnings above say what the controllers " +
      "answer: they have to be reached, and no other node may have this node.id",
    ],
  ];
  for (const [fails, line] of cases) {
    const { status, stdout, stderr } = await run([], { fails });
    assertEquals({ status, stdout, stderr }, { status: 1, stdout: [], stderr: [line] });
  }
});

Deno.test("a bug is not dressed up as an error of the user", async () => {
  let thrown: unknown;
  await run([], { fails: new TypeError("a bug") }).catch((error) => thrown = error);
  assertEquals((thrown as Error).message, "a bug");
});

Deno.test("a node that has stopped by itself ends the process with status 1, saying why", async () => {
  const reason = "Shutdown broker because all log dirs in ./data have failed";
  const { status, stderr, stopped } = await run([], {
    failure: Promise.resolve(new LogDirError("./data", reason)),
  });
  assertEquals([status, stderr, stopped], [1, [reason], true]);
});

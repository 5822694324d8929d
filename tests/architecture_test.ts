import { assert, assertEquals } from "@std/assert";

/**
 * Holds the house of ARCHITECTURE.md: which rooms there are, which way the arrows point, and who may
 * touch the world. The imports are those that Deno itself resolves, not a reading of the text.
 */

const root = new URL("../", import.meta.url);

interface ModuleGraph {
  readonly modules: readonly {
    readonly specifier: string;
    readonly dependencies?: readonly {
      readonly specifier: string;
      readonly code?: { readonly specifier?: string };
      readonly type?: { readonly specifier?: string };
    }[];
  }[];
}

function* sourceFiles(folder: string): Generator<string> {
  for (const entry of Deno.readDirSync(new URL(folder, root))) {
    if (entry.isDirectory) yield* sourceFiles(`${folder}${entry.name}/`);
    else if (entry.name.endsWith(".ts")) yield `${folder}${entry.name}`;
  }
}

function exists(path: string): boolean {
  try {
    Deno.statSync(new URL(path, root));
    return true;
  } catch {
    return false;
  }
}

const layers = ["storage/", "client/", "cluster/"].filter(exists);
const sources = layers.flatMap((layer) => [...sourceFiles(layer)]);

/** Every import of ours, as paths from the root; what is not ours keeps its specifier. */
async function imports(): Promise<Map<string, string[]>> {
  const all = await Deno.makeTempFile({ suffix: ".ts" });
  try {
    const lines = [...sources, "mod.ts", "cli.ts"].map((file) =>
      `import ${JSON.stringify(new URL(file, root).href)};`
    );
    await Deno.writeTextFile(all, lines.join("\n"));
    const { code, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
      args: ["info", "--json", "--config", new URL("deno.json", root).pathname, all],
      stdout: "piped",
      stderr: "piped",
    }).output();
    assertEquals(code, 0, new TextDecoder().decode(stderr));
    const graph = JSON.parse(new TextDecoder().decode(stdout)) as ModuleGraph;
    const edges = new Map<string, string[]>();
    for (const module of graph.modules) {
      if (!module.specifier.startsWith(root.href)) continue;
      const targets = (module.dependencies ?? []).map((dependency) => {
        const target = dependency.code?.specifier ?? dependency.type?.specifier;
        return target?.startsWith(root.href)
          ? target.slice(root.href.length)
          : dependency.specifier;
      });
      edges.set(module.specifier.slice(root.href.length), targets);
    }
    return edges;
  } finally {
    await Deno.remove(all);
  }
}

/** The floors of the engine, lowest first; a room may import its own floor and those below. */
const storageFloors: readonly (readonly string[])[] = [
  ["storage/errors.ts", "storage/env.ts", "storage/file/file_system.ts"],
  ["storage/bytes/"],
  ["storage/record/", "storage/file/", "storage/serde/", "storage/message/"],
  ["storage/system_env.ts"],
  ["storage/segment/"],
  ["storage/log/"],
  ["storage/cleaner/", "storage/remote/"],
  ["storage/log_manager.ts", "storage/log_manager/"],
  ["storage/embedded/"],
  ["storage/mod.ts", "storage/cli/"],
];

function storageFloor(file: string): number {
  const exact = storageFloors.findIndex((rooms) => rooms.includes(file));
  return exact >= 0
    ? exact
    : storageFloors.findIndex((rooms) => rooms.some((room) => file.startsWith(room)));
}

Deno.test("the top level holds the agreed folders and no other", () => {
  const folders = [...Deno.readDirSync(root)].filter((entry) => entry.isDirectory)
    .map((entry) => entry.name);
  const allowed = [
    ...["storage", "cluster", "client", "tests", "bench", "offline_std"],
    ...[".ci", ".git", ".github", "data", "node_modules", "coverage"],
  ];
  assertEquals(folders.filter((name) => !allowed.includes(name)), []);
});

Deno.test("arrows point down: storage <- client <- cluster, and floor by floor inside storage", async () => {
  const wrong: string[] = [];
  for (const [from, targets] of await imports()) {
    for (const to of targets) {
      if (!/^(storage|client|cluster)\//.test(to)) continue;
      const allowed = from.startsWith("storage/")
        ? to.startsWith("storage/") && storageFloor(to) <= storageFloor(from)
        : from.startsWith("client/protocol/")
        ? /^(?:client\/protocol\/|storage\/bytes\/|storage\/message\/|storage\/errors\.ts)/.test(to)
        : from.startsWith("client/")
        ? !to.startsWith("cluster/")
        : from.startsWith("cluster/")
        ? !/^client\/(?!protocol\/|network\/|metadata\/)/.test(to)
        : true;
      if (!allowed) wrong.push(`${from} -> ${to}`);
      if (/\/cli\//.test(to) && from !== "cli.ts" && !/\/cli\//.test(from)) {
        wrong.push(`${from} -> ${to} (tools are leaves)`);
      }
    }
  }
  assertEquals(wrong, []);
});

Deno.test("every room of storage has a floor", () => {
  const homeless = sources.filter((file) => file.startsWith("storage/") && storageFloor(file) < 0);
  assertEquals(homeless, []);
});

Deno.test("only the system's own implementations touch clock, randomness, disk and network", async () => {
  const allowed = new Set([
    "storage/system_env.ts",
    "storage/file/disk_descriptors.ts",
    "storage/file/disk_file_system.ts",
    "storage/file/disk_lock.ts",
    "storage/file/disk_space.ts",
    "client/network/tcp_transport.ts",
  ]);
  const world =
    /\b(Date\.now|new Date\(\)|performance\.now|Math\.random|crypto\.(?:getRandomValues|randomUUID)|setTimeout|setInterval|node:(?:fs|net|tls|dgram|child_process|os|process|timers)|Deno\.(?!bench\b|test\b))/;
  const wrong: string[] = [];
  for (const file of sources) {
    if (allowed.has(file)) continue;
    const text = await Deno.readTextFile(new URL(file, root));
    text.split("\n").forEach((line, index) => {
      const code = line.replace(/^\s*(\*|\/\/|\/\*\*).*$/, "");
      const match = world.exec(code);
      if (match) wrong.push(`${file}:${index + 1}: ${match[0]}`);
    });
  }
  assertEquals(wrong, []);
});

Deno.test("outside packages are the agreed ones, each imported in the one place that is meant for it", async () => {
  const homes: Readonly<Record<string, RegExp>> = {
    "msgpackr/pack": /^storage\/serde\/msgpack\.ts$/,
    "@std/assert": /./,
    "@std/fs": /./,
    "@std/streams": /./,
    "node:zlib": /^storage\/record\//,
    "node:fs": /^storage\/file\/disk_(?:descriptors|file_system|lock|space)\.ts$/,
    "node:sqlite": /^storage\/file\/disk_lock\.ts$/,
    "node:dns/promises": /^client\/network\/tcp_transport\.ts$/,
    "node:path": /^storage\/file\/disk_file_system\.ts$/,
    "node:buffer": /^storage\//,
  };
  const codecs = /^storage\/record\//;
  const wrong: string[] = [];
  for (const [from, targets] of await imports()) {
    if (from.startsWith("offline_std/")) continue;
    for (const to of targets) {
      if (/^(storage|client|cluster|offline_std)\//.test(to) || to.startsWith(".")) continue;
      if (!(homes[to] ?? codecs).test(from)) wrong.push(`${from} -> ${to}`);
    }
  }
  assertEquals(wrong, []);
});

Deno.test("every source file has its test at the mirrored path", async () => {
  const typesOnly = async (file: string): Promise<boolean> =>
    !/^export (?:(?:default |async |abstract )*(?:function|class)\b|const \w+[^;=]*=>)/m.test(
      await Deno.readTextFile(new URL(file, root)),
    );
  const missing: string[] = [];
  for (const file of sources) {
    const test = `tests/${file.replace(/\.ts$/, "_test.ts")}`;
    if (file.endsWith("/mod.ts") || exists(test) || await typesOnly(file)) continue;
    missing.push(test);
  }
  assertEquals(missing, []);
});

Deno.test("the graph that these rules are checked on is not empty", async () => {
  const edges = await imports();
  assert(edges.size > 20, `modules seen: ${edges.size}`);
  assert((edges.get("storage/mod.ts") ?? []).length > 3);
});

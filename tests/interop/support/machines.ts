/**
 * Machines of a network on this one machine: network namespaces on two switches (bridges). One that is moved to the other switch is cut off
 * from the others, without anybody being told, and still has this machine, where the clients are.
 *
 * @module
 */

/** The machines; disposing takes them away. */
export interface Machines extends AsyncDisposable {
  /** The address of a machine, by its number from 1 on. */
  host(machine: number): string;
  /** What runs a command there, put in front of it. */
  inside(machine: number): readonly string[];
  /** Cuts a machine off from the others, but not from this one. */
  cutOff(machine: number): Promise<void>;
  /** Cuts a machine off from everybody. */
  unplug(machine: number): Promise<void>;
  /** Puts a machine back to the others. */
  heal(machine: number): Promise<void>;
}

async function ip(...args: readonly string[]): Promise<boolean> {
  try {
    const command = new Deno.Command("ip", { args: [...args], stdout: "null", stderr: "null" });
    return (await command.output()).success;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return false;
    throw error;
  }
}

async function must(...args: readonly string[]): Promise<void> {
  if (!await ip(...args)) throw new Error(`ip ${args.join(" ")} has failed`);
}

/** Whether there can be machines here: it takes Debian's `iproute2`, and the right to make network namespaces. */
export async function canHaveMachines(): Promise<boolean> {
  const probe = `seglog-probe-${Deno.pid}`;
  if (!await ip("netns", "add", probe)) return false;
  await must("netns", "del", probe);
  return true;
}

/** Makes machines. */
export async function makeMachines(count: number): Promise<Machines> {
  // Names of interfaces are short. The network is the one of this process alone.
  const run = (Deno.pid % 0x10000).toString(16);
  const net = `10.${200 + ((Deno.pid >> 8) % 50)}.${Deno.pid % 256}`;
  const [together, apart] = [`sg${run}a`, `sg${run}b`];
  const space = (machine: number) => `seglog-${run}-${machine}`;
  const plug = (machine: number) => `sg${run}p${machine}`;
  const host = (machine: number) => `${net}.${machine}`;
  const all = Array.from({ length: count }, (_, i) => i + 1);
  const machines: Machines = {
    host,
    inside: (machine) => ["ip", "netns", "exec", space(machine)],
    async cutOff(machine) {
      await must("link", "set", plug(machine), "master", apart);
      await must("route", "replace", `${host(machine)}/32`, "dev", apart, "src", `${net}.254`);
    },
    unplug: (machine) => must("link", "set", plug(machine), "down"),
    async heal(machine) {
      await must("link", "set", plug(machine), "master", together, "up");
      await ip("route", "del", `${host(machine)}/32`, "dev", apart);
    },
    async [Symbol.asyncDispose]() {
      for (const machine of all) await ip("netns", "del", space(machine));
      for (const bridge of [together, apart]) await ip("link", "del", bridge);
    },
  };
  try {
    for (const bridge of [together, apart]) {
      await must("link", "add", bridge, "type", "bridge");
      await must("link", "set", bridge, "up");
    }
    await must("addr", "add", `${net}.254/24`, "dev", together);
    for (const machine of all) {
      await must("netns", "add", space(machine));
      const inner = ["link", "add", "eth0", "netns", space(machine), "type", "veth"];
      await must(...inner, "peer", "name", plug(machine));
      await must("link", "set", plug(machine), "master", together, "up");
      for (
        const step of [
          ["link", "set", "lo", "up"],
          ["addr", "add", `${host(machine)}/24`, "dev", "eth0"],
          ["link", "set", "eth0", "up"],
        ]
      ) await must("-n", space(machine), ...step);
    }
    return machines;
  } catch (error) {
    await machines[Symbol.asyncDispose]();
    throw error;
  }
}

/** What the members of groups in Node.js share: what they are to join, their commands and events (see support/group_member.ts). */

import process from "node:process";
import { createInterface } from "node:readline";

/** What is to be joined. */
export const options = JSON.parse(process.argv[2]);

/** Tells of something. */
export const emit = (event) => process.stdout.write(`${JSON.stringify(event)}\n`);

/** Carries out commands, one after the other. */
export async function obey({ commit, leave }) {
  for await (const command of createInterface({ input: process.stdin })) {
    if (command === "leave") {
      await leave();
      process.exit(0);
    }
    await commit();
    emit({ event: "committed" });
  }
}

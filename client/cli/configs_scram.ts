/**
 * SCRAM credentials of users, for `seglog configs`.
 *
 * @module
 */

import type { UserScramCredentialAlteration } from "../admin/user_scram_credentials.ts";
import { MIN_SCRAM_ITERATIONS, scramMechanism } from "../metadata/scram_mechanism.ts";
import { KafkaError } from "../protocol/error_codes.ts";
import type { Admin } from "./admin_session.ts";
import type { DescribedEntity } from "./configs_quotas.ts";
import { exceptionText, illegalArgument } from "./java_exception.ts";
import { future } from "./java_future.ts";

/**
 * Reads the value of a credential: `iterations=8192,password=secret`, where the iterations may be missing.
 *
 * @throws {JavaException} in Kafka's words
 */
export function parseScramCredential(
  mechanism: string,
  text: string,
): { readonly password: string; readonly iterations: number } {
  const [, iterationsText, password] = /^(?:iterations=(-?[0-9]*),)?password=(.*)$/.exec(text) ??
    [];
  const constant = mechanism.replaceAll("-", "_");
  if (password === undefined) {
    throw illegalArgument(`Invalid credential property ${constant}=${text}`);
  }
  const isGiven = iterationsText !== undefined && iterationsText !== "-1";
  const iterations = isGiven ? Number(iterationsText) : MIN_SCRAM_ITERATIONS;
  if (iterationsText === "" || iterationsText === "-" || !(Math.abs(iterations) < 2 ** 31)) {
    throw illegalArgument(`For input string: "${iterationsText}"`);
  }
  if (iterations >= MIN_SCRAM_ITERATIONS) return { password, iterations };
  throw illegalArgument(
    `Iterations ${iterations} is less than the minimum ${MIN_SCRAM_ITERATIONS} required for ${mechanism}`,
  );
}

/**
 * Sets credentials of a user, and takes others away.
 *
 * @param added values by mechanism
 * @throws {JavaException} for a value that is none
 */
export async function alterScramCredentials(
  admin: Admin,
  user: string,
  added: ReadonlyMap<string, string>,
  deleted: readonly string[],
): Promise<void> {
  const mechanismOf = (name: string) => scramMechanism(name)!.name;
  const alterations: UserScramCredentialAlteration[] = [
    ...deleted.map((name) => ({ user, mechanism: mechanismOf(name) })),
    ...Array.from(added, ([name, text]) => (
      { user, mechanism: mechanismOf(name), upsertion: parseScramCredential(name, text) }
    )),
  ];
  (await admin.alterUserScramCredentials(alterations)).all();
}

/** The credentials of users, or of all that have some. */
export async function describedScramCredentials(
  admin: Admin,
  users: readonly string[],
): Promise<DescribedEntity[]> {
  const results = await future(admin.describeUserScramCredentials(users));
  return results.keys().flatMap((user): DescribedEntity[] => {
    const error = results.error(user);
    if (error instanceof KafkaError && error.code === "RESOURCE_NOT_FOUND") return [];
    const of = `SCRAM credential configs for user-principal '${user}'`;
    if (error !== undefined) {
      const reason = exceptionText(error);
      return [{
        text: `Error retrieving ${of}: ExecutionException: ${reason}`,
        json: { entity: { user }, error: reason },
      }];
    }
    const infos = results.get(user);
    const texts = infos.map(({ mechanism, iterations }) => `${mechanism}=iterations=${iterations}`);
    return [{
      text: `${of} are ${texts.join(", ")}`,
      json: { entity: { user }, scramCredentials: infos },
    }];
  });
}

/**
 * Passwords of users, as SCRAM keeps them (KIP-554).
 *
 * @module
 */

import {
  randomSalt,
  saltedPassword,
  SCRAM_MECHANISMS,
  scramMechanism,
} from "../metadata/scram_mechanism.ts";
import { KafkaError } from "../protocol/error_codes.ts";
import {
  alterUserScramCredentials as alterUserScramCredentialsApi,
} from "../protocol/messages/alter_user_scram_credentials.ts";
import {
  describeUserScramCredentials as describeUserScramCredentialsApi,
} from "../protocol/messages/describe_user_scram_credentials.ts";
import { sendCall, sendCallOnce } from "./admin_call.ts";
import type { AdminContext } from "./admin_context.ts";
import type { CallOptions } from "./admin_options.ts";
import { AdminResults, type Outcome } from "./admin_results.ts";
import { apiError, apiOutcome, unexpectedAnswer } from "./api_error.ts";
import { sameText } from "./coordinator_lookup.ts";
import { KeyMap } from "./key_map.ts";
import { outcomesOf } from "./outcome_call.ts";
import { throwIfNotController } from "./quota_violations.ts";

/** A hash that SCRAM is used with. */
export type ScramMechanismName = "SCRAM-SHA-256" | "SCRAM-SHA-512";

/** What may be known of a credential. */
export interface ScramCredentialInfo {
  /** The hash; `UNKNOWN` for one that this client does not know. */
  readonly mechanism: ScramMechanismName | "UNKNOWN";
  /** Rounds of the hash. */
  readonly iterations: number;
}

/** A credential that is set, or taken away. */
export interface UserScramCredentialAlteration {
  /** The user. */
  readonly user: string;
  /** The hash. */
  readonly mechanism: ScramMechanismName;
  /** What is set. Default: the credential is taken away. */
  readonly upsertion?: {
    /** The password; it does not leave this client. */
    readonly password: string;
    /** Rounds of the hash, 4096 to 16384. */
    readonly iterations: number;
    /** Default: random. */
    readonly salt?: Uint8Array<ArrayBuffer>;
  };
}

/**
 * The credentials of users.
 *
 * @param users those that are wanted; none for all that have credentials
 * @throws {KafkaError} what the broker says of the whole
 */
export async function describeUserScramCredentials(
  context: AdminContext,
  users: Iterable<string> = [],
  options: CallOptions = {},
): Promise<AdminResults<string, readonly ScramCredentialInfo[]>> {
  const names = [...users].map((name) => ({ name }));
  return await context.run(options, (time) =>
    sendCallOnce(context, time, {
      name: "describeUserScramCredentials",
      destination: { to: "any" },
      api: describeUserScramCredentialsApi,
      draft: () => ({ users: names }),
    }, ({ errorCode, errorMessage, results }) =>
      apiOutcome(errorCode, errorMessage, () => {
        const outcomes = new KeyMap<string, Outcome<readonly ScramCredentialInfo[]>>(sameText);
        for (const { user, errorCode, errorMessage, credentialInfos } of results) {
          const error = apiError(errorCode, errorMessage);
          const value = credentialInfos.map(({ mechanism, iterations }) => (
            { mechanism: mechanismName(mechanism), iterations }
          ));
          outcomes.set(user, error === undefined ? { value } : { error });
        }
        return new AdminResults(outcomes);
      })));
}

function mechanismName(type: number): ScramCredentialInfo["mechanism"] {
  return SCRAM_MECHANISMS.find((mechanism) => mechanism.type === type)?.name ?? "UNKNOWN";
}

/** Sets credentials, and takes them away. All of a user's changes are made, or none. */
export async function alterUserScramCredentials(
  context: AdminContext,
  alterations: readonly UserScramCredentialAlteration[],
  options: CallOptions = {},
): Promise<AdminResults<string, void>> {
  return await outcomesOf<string, void>(
    context,
    sameText,
    alterations.map(({ user }) => user),
    options,
    async (time, outcomes) => {
      for (const alteration of alterations) {
        const error = unacceptable(alteration);
        if (error !== undefined) outcomes.fail(alteration.user, error);
      }
      const left = new Set(outcomes.left);
      const sent = alterations.filter(({ user }) => left.has(user));
      if (sent.length === 0) return;
      const deletions = sent.filter(({ upsertion }) => upsertion === undefined)
        .map(({ user: name, mechanism }) => ({ name, mechanism: scramMechanism(mechanism)!.type }));
      const upsertions = await Promise.all(
        sent.filter(({ upsertion }) => upsertion !== undefined)
          .map((alteration) => upsertionOf(context, alteration)),
      );
      await sendCall(context, time, {
        name: "alterUserScramCredentials",
        destination: { to: "controller" },
        api: alterUserScramCredentialsApi,
        draft: () => ({ deletions, upsertions }),
      }, ({ results }) => {
        throwIfNotController(context, results);
        for (const { user, errorCode, errorMessage } of results) {
          const error = apiError(errorCode, errorMessage);
          if (error === undefined) outcomes.complete(user, undefined);
          else outcomes.fail(user, error);
        }
        outcomes.failRest((user) =>
          unexpectedAnswer(`The broker response did not contain a result for user ${user}`)
        );
      });
    },
  );
}

function unacceptable(
  { user, mechanism, upsertion }: UserScramCredentialAlteration,
): KafkaError | undefined {
  if (user === "") return new KafkaError("UNACCEPTABLE_CREDENTIAL", "Username must not be empty");
  if (upsertion?.password === "") {
    return new KafkaError("UNACCEPTABLE_CREDENTIAL", "Password must not be empty");
  }
  if (scramMechanism(mechanism) !== undefined) return undefined;
  return new KafkaError("UNSUPPORTED_SASL_MECHANISM", "Unknown SCRAM mechanism");
}

async function upsertionOf(
  { env: { random } }: AdminContext,
  { user: name, mechanism: mechanismName, upsertion }: UserScramCredentialAlteration,
) {
  const mechanism = scramMechanism(mechanismName)!;
  const { password, iterations, salt = randomSalt(random) } = upsertion!;
  return {
    name,
    mechanism: mechanism.type,
    iterations,
    salt,
    saltedPassword: await saltedPassword(mechanism, password, salt, iterations),
  };
}

/**
 * Listing groups, which each broker knows a part of.
 *
 * @module
 */

import { KafkaError } from "../protocol/error_codes.ts";
import { type ListedGroup, listGroups as listGroupsApi } from "../protocol/messages/list_groups.ts";
import type { Node } from "../node.ts";
import { sendCallOnce } from "./admin_call.ts";
import type { AdminContext } from "./admin_context.ts";
import type { CallOptions } from "./admin_options.ts";
import { allBrokers } from "./all_brokers.ts";
import { apiOutcome, asError } from "./api_error.ts";
import type { CallTime } from "./call_time.ts";
import { type GroupState, groupStateOf, type GroupType, groupTypeOf } from "./group_state.ts";

/** A group, as lists of them tell it. */
export interface GroupListing {
  /** Its name. */
  readonly groupId: string;
  /** Its type; `undefined` when the broker does not tell. */
  readonly type?: GroupType;
  /** What kind of members it has: `consumer` for consumers, empty for a group that has had none. */
  readonly protocol: string;
  /** What it does just now; `undefined` when the broker does not tell. */
  readonly groupState?: GroupState;
  /** Whether it has only offsets, and partitions that its members have chosen themselves. */
  readonly isSimpleConsumerGroup: boolean;
}

/** Options of {@linkcode listGroups}. */
export interface ListGroupsOptions extends CallOptions {
  /** States to list. Default: all. */
  readonly groupStates?: Iterable<GroupState>;
  /** Types to list. Default: all. */
  readonly types?: Iterable<GroupType>;
  /** Kinds of members to list. Default: all. */
  readonly protocolTypes?: Iterable<string>;
}

/** The groups that there are, and what kept brokers from telling theirs. */
export class GroupListings implements Iterable<GroupListing> {
  /** The groups that were told, also when some brokers have failed. */
  readonly valid: readonly GroupListing[];
  /** What went wrong, one error for each broker that has failed. */
  readonly errors: readonly Error[];

  /** Takes what brokers have told. */
  constructor(valid: readonly GroupListing[], errors: readonly Error[]) {
    this.valid = valid;
    this.errors = errors;
  }

  /**
   * The groups, when all brokers have told theirs.
   *
   * @throws {KafkaError} the first thing that went wrong
   */
  all(): readonly GroupListing[] {
    const [error] = this.errors;
    if (error !== undefined) throw error;
    return this.valid;
  }

  /** As {@linkcode GroupListings.all}. */
  [Symbol.iterator](): IterableIterator<GroupListing> {
    return this.all()[Symbol.iterator]();
  }
}

const STATES_VERSION = 4;
const TYPES_VERSION = 5;

/** Asks all brokers for their groups. */
export async function listGroupsOfAll(
  context: AdminContext,
  options: ListGroupsOptions = {},
  name = "listGroups",
): Promise<GroupListings> {
  const protocols = new Set(options.protocolTypes ?? []);
  return await context.run(options, async (time) => {
    let brokers: readonly Node[];
    try {
      brokers = await allBrokers(context, time, "findAllBrokers");
    } catch (error) {
      time.throwIfAborted();
      const { code, message } = asKafkaError(error);
      return new GroupListings([], [
        new KafkaError(code, `Failed to find brokers to send ListGroups: ${message}`, {
          cause: error,
        }),
      ]);
    }
    const groups = new Map<string, GroupListing>();
    const errors: Error[] = [];
    await Promise.all(brokers.map(async (broker) => {
      try {
        for (const group of await groupsOf(context, time, broker.id, options, name)) {
          if (protocols.size > 0 && !protocols.has(group.protocolType)) continue;
          groups.set(group.groupId, listing(group));
        }
      } catch (error) {
        const { code, message } = asKafkaError(error);
        const { id, host, port, rack } = broker;
        const node = `${host}:${port} (id: ${id} rack: ${rack} isFenced: false)`;
        const text = message === "" ? "" : `: ${message}`;
        errors.push(
          new KafkaError(code, `Error listing groups on ${node}${text}`, { cause: error }),
        );
      }
    }));
    time.throwIfAborted();
    return new GroupListings([...groups.values()], errors);
  });
}

async function groupsOf(
  context: AdminContext,
  time: CallTime,
  nodeId: number,
  options: ListGroupsOptions,
  name: string,
): Promise<readonly ListedGroup[]> {
  const statesFilter = [...options.groupStates ?? []];
  const typesFilter = [...options.types ?? []];
  return await sendCallOnce(context, time, {
    name,
    destination: { to: nodeId },
    api: listGroupsApi,
    draft: ({ version }) => {
      checkFilters(version, statesFilter, typesFilter);
      return { statesFilter, typesFilter: version < TYPES_VERSION ? [] : typesFilter };
    },
  }, ({ errorCode, groups }) => {
    const outcome = apiOutcome(errorCode, null, () => groups);
    const { code } = asKafkaError(outcome.error);
    if (code === "COORDINATOR_LOAD_IN_PROGRESS" || code === "COORDINATOR_NOT_AVAILABLE") {
      throw outcome.error;
    }
    return outcome;
  });
}

function asKafkaError(error: unknown): KafkaError {
  if (error instanceof KafkaError) return error;
  return new KafkaError("UNKNOWN_SERVER_ERROR", asError(error).message, { cause: error });
}

/** @throws {KafkaError} when a broker is too old for what is asked */
function checkFilters(version: number, states: readonly string[], types: readonly string[]): void {
  const tooOld = (wanted: string) =>
    new KafkaError(
      "UNSUPPORTED_VERSION",
      `The broker only supports ListGroups v${version}, but we need ${wanted}`,
    );
  if (states.length > 0 && version < STATES_VERSION) {
    throw tooOld(`v${STATES_VERSION} or newer to request groups by states.`);
  }
  if (types.length === 0 || version >= TYPES_VERSION) return;
  // An old broker has classic groups only.
  if (types.includes("Classic") && types.every((type) => /^(?:Classic|Consumer)$/.test(type))) {
    return;
  }
  throw tooOld(
    `v${TYPES_VERSION} or newer to request groups by type. Requested group types: [${
      types.join(", ")
    }].`,
  );
}

function listing({ groupId, protocolType, groupState, groupType }: ListedGroup): GroupListing {
  return {
    groupId,
    ...(groupType === "" ? {} : { type: groupTypeOf(groupType) }),
    protocol: protocolType,
    ...(groupState === "" ? {} : { groupState: groupStateOf(groupState) }),
    isSimpleConsumerGroup: protocolType === "",
  };
}

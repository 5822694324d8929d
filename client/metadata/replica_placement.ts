/**
 * Which brokers get the replicas of new partitions.
 *
 * @module
 */

import type { Random } from "../../storage/env.ts";
import { KafkaError } from "../protocol/error_codes.ts";

/** Chance, as far as placing needs it. */
type Chance = Pick<Random, "next">;

/** A broker that may get replicas. */
export interface UsableBroker {
  /** Its id. */
  readonly brokerId: number;
  /** Where it stands; `null` when nobody says. */
  readonly rack: string | null;
  /** Whether the controller lets it lead nothing. */
  readonly fenced: boolean;
}

/** What is to be placed. */
export interface PlacementSpec {
  /** How many partitions. */
  readonly numPartitions: number;
  /** Replicas of each. */
  readonly replicationFactor: number;
}

/**
 * Brokers that take turns: each round begins one further than the one before in which they were asked. A round in which they are not asked
 * costs nobody its turn, or with as many racks as brokers in each of them it would always be the same broker's.
 */
class BrokerTurns {
  readonly #brokers: number[];
  #offset: number;
  #taken = 0;
  #round = 0;

  constructor(brokers: number[], random: Chance) {
    this.#brokers = brokers.sort((a, b) => a - b);
    this.#offset = brokers.length === 0 ? 0 : below(brokers.length, random);
  }

  /** The next of a round; `undefined` when all have had their turn. */
  next(round: number): number | undefined {
    const { length } = this.#brokers;
    if (this.#round !== round && length > 0) {
      this.#round = round;
      this.#taken = 0;
      this.#offset = (this.#offset + 1) % length;
    }
    if (this.#taken === length) return undefined;
    return this.#brokers[(this.#offset + this.#taken++) % length];
  }

  shuffle(random: Chance): void {
    shuffle(this.#brokers, random);
  }
}

/** The brokers of one rack; fenced ones come after all others. */
interface Rack {
  readonly name: string | null;
  readonly unfenced: BrokerTurns;
  readonly fenced: BrokerTurns;
}

/**
 * Places partitions as Kafka's `StripedReplicaPlacer` does. The leader is on a broker that is not fenced; racks take turns in giving
 * the leader, and after it the replicas, and in each rack its brokers take turns.
 *
 * @returns the replicas of each partition, its leader first
 * @throws {KafkaError} `INVALID_REPLICATION_FACTOR`, with the reason alone
 */
export function placeReplicas(
  { numPartitions, replicationFactor }: PlacementSpec,
  brokers: readonly UsableBroker[],
  random: Chance,
): number[][] {
  const refuse = (reason: string): never => {
    throw new KafkaError("INVALID_REPLICATION_FACTOR", reason);
  };
  const numUnfenced = brokers.filter(({ fenced }) => !fenced).length;
  if (replicationFactor <= 0) {
    refuse(
      `Invalid replication factor ${replicationFactor}: the replication factor must be positive.`,
    );
  }
  if (numUnfenced === 0) {
    refuse("All brokers are currently fenced, or have all their log directories cordoned.");
  }
  if (replicationFactor > brokers.length) {
    refuse(
      `The target replication factor of ${replicationFactor} cannot be reached because only ` +
        `${brokers.length} broker(s) are registered or some brokers have all their log directories cordoned.`,
    );
  }
  const racks = racksOf(brokers, random);
  const order = [...racks];
  let offset = below(order.length, random);
  let round = 0;
  return Array.from({ length: numPartitions }, () => {
    // After as many partitions as there are brokers, the same ones would come again.
    if (round === numUnfenced && numUnfenced > 1) {
      round = 0;
      shuffle(order, random);
      for (const { unfenced, fenced } of racks) {
        [fenced, unfenced].forEach((turns) => turns.shuffle(random));
      }
    }
    const replicas = placeOne(order, offset, round++, replicationFactor);
    offset = (offset + 1) % racks.length;
    return replicas;
  });
}

function placeOne(
  racks: readonly Rack[],
  offset: number,
  round: number,
  replicationFactor: number,
): number[] {
  const rackAt = (turn: number) => racks[turn % racks.length]!;
  let leading = offset;
  let leader = rackAt(leading).unfenced.next(round);
  while (leader === undefined) leader = rackAt(++leading).unfenced.next(round);
  const replicas = [leader];
  // The leader's rack has given one already: its first turn is passed over.
  let passedOver: Rack | undefined = rackAt(leading);
  for (let turn = offset; replicas.length < replicationFactor; turn++) {
    const rack = rackAt(turn);
    if (rack === passedOver) {
      passedOver = undefined;
      continue;
    }
    const replica = rack.unfenced.next(round) ?? rack.fenced.next(round);
    if (replica !== undefined) replicas.push(replica);
  }
  return replicas;
}

function racksOf(brokers: readonly UsableBroker[], random: Chance): Rack[] {
  const byName = new Map<string | null, UsableBroker[]>();
  for (const broker of brokers) {
    const others = byName.get(broker.rack);
    if (others === undefined) byName.set(broker.rack, [broker]);
    else others.push(broker);
  }
  const turnsOf = (some: UsableBroker[], isFenced: boolean) =>
    new BrokerTurns(
      some.filter(({ fenced }) => fenced === isFenced).map(({ brokerId }) => brokerId),
      random,
    );
  // A rack without a name comes first.
  return [...byName].sort(([a], [b]) => a === null || (b !== null && a < b) ? -1 : 1)
    .map(([name, some]) => {
      const fenced = turnsOf(some, true);
      return { name, fenced, unfenced: turnsOf(some, false) };
    });
}

function below(limit: number, random: Chance): number {
  return Math.floor(random.next() * limit);
}

function shuffle<T>(items: T[], random: Chance): void {
  for (let i = items.length - 1; i > 0; i--) {
    const other = below(i + 1, random);
    [items[i], items[other]] = [items[other]!, items[i]!];
  }
}

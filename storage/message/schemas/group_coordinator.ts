/**
 * Keys and values of `__consumer_offsets`, by record type.
 *
 * @module
 */

import { lazySchemas, type SchemaSource } from "../message_schema.ts";

/** The schemas below, parsed on the first call. */
export const groupCoordinatorSchemas: SchemaSource = lazySchemas(`
@LegacyOffsetCommitKey 0 0 flexible none
group string 0
topic string 0
partition int32 0

@LegacyOffsetCommitValue 0 0 flexible none
offset int64 0
metadata string 0
commitTimestamp int64 0

@OffsetCommitKey 1 0 flexible none
group string 0
topic string 0
partition int32 0

@OffsetCommitValue 1 0-4 flexible 4+
offset int64
leaderEpoch int32 3+ ! =-1
metadata string
commitTimestamp int64
expireTimestamp int64 1 ! =-1
topicId uuid 4+ ! #0

@GroupMetadataKey 2 0 flexible none
group string 0

@GroupMetadataValue 2 0-4 flexible 4+
protocolType string
generation int32
protocol string ?0+
leader string ?0+
currentStateTimestamp int64 2+ ! =-1
members []MemberMetadata
  memberId string
  groupInstanceId string 3+ ! ?3+ =null
  clientId string
  clientHost string
  rebalanceTimeout int32 1+ ! =-1
  sessionTimeout int32
  subscription bytes
  assignment bytes

@ConsumerGroupMetadataKey 3 0 flexible none
groupId string 0

@ConsumerGroupMetadataValue 3 0 flexible 0+
epoch int32
metadataHash int64 #0 =0

@ConsumerGroupPartitionMetadataKey 4 0 flexible none
groupId string 0

@ConsumerGroupPartitionMetadataValue 4 0 flexible 0+
topics []TopicMetadata
  topicId uuid
  topicName string
  numPartitions int32
  partitionMetadata []PartitionMetadata
    partition int32
    racks []string

@ConsumerGroupMemberMetadataKey 5 0 flexible none
groupId string 0
memberId string 0

@ConsumerGroupMemberMetadataValue 5 0 flexible 0+
instanceId string ?0+
rackId string ?0+
clientId string
clientHost string
subscribedTopicNames []string
subscribedTopicRegex string ?0+
rebalanceTimeoutMs int32 =-1
serverAssignor string ?0+
classicMemberMetadata ClassicMemberMetadata ?0+ #0
  sessionTimeoutMs int32
  supportedProtocols []ClassicProtocol
    name string
    metadata bytes

@ConsumerGroupTargetAssignmentMetadataKey 6 0 flexible none
groupId string 0

@ConsumerGroupTargetAssignmentMetadataValue 6 0 flexible 0+
assignmentEpoch int32
assignmentTimestamp int64 ! #0 =0

@ConsumerGroupTargetAssignmentMemberKey 7 0 flexible none
groupId string 0
memberId string 0

@ConsumerGroupTargetAssignmentMemberValue 7 0 flexible 0+
topicPartitions []TopicPartition
  topicId uuid
  partitions []int32

@ConsumerGroupCurrentMemberAssignmentKey 8 0 flexible none
groupId string 0
memberId string 0

@ConsumerGroupCurrentMemberAssignmentValue 8 0 flexible 0+
memberEpoch int32
previousMemberEpoch int32
state int8
assignedPartitions []TopicPartitions
  topicId uuid
  partitions []int32
  assignmentEpochs []int32 ?0+ #0
partitionsPendingRevocation []TopicPartitions
  topicId uuid
  partitions []int32
  assignmentEpochs []int32 ?0+ #0

@ShareGroupMemberMetadataKey 10 0 flexible none
groupId string 0
memberId string 0

@ShareGroupMemberMetadataValue 10 0 flexible 0+
rackId string ?0+
clientId string
clientHost string
subscribedTopicNames []string

@ShareGroupMetadataKey 11 0 flexible none
groupId string 0

@ShareGroupMetadataValue 11 0 flexible 0+
epoch int32
metadataHash int64

@ShareGroupTargetAssignmentMetadataKey 12 0 flexible none
groupId string 0

@ShareGroupTargetAssignmentMetadataValue 12 0 flexible 0+
assignmentEpoch int32
assignmentTimestamp int64 ! #0 =0

@ShareGroupTargetAssignmentMemberKey 13 0 flexible none
groupId string 0
memberId string 0

@ShareGroupTargetAssignmentMemberValue 13 0 flexible 0+
topicPartitions []TopicPartition
  topicId uuid
  partitions []int32

@ShareGroupCurrentMemberAssignmentKey 14 0 flexible none
groupId string 0
memberId string 0

@ShareGroupCurrentMemberAssignmentValue 14 0 flexible 0+
memberEpoch int32
previousMemberEpoch int32
state int8
assignedPartitions []TopicPartitions
  topicId uuid
  partitions []int32

@ShareGroupStatePartitionMetadataKey 15 0 flexible none
groupId string 0

@ShareGroupStatePartitionMetadataValue 15 0 flexible 0+
initializingTopics []TopicPartitionsInfo
  topicId uuid
  topicName string
  partitions []int32
initializedTopics []TopicPartitionsInfo
  topicId uuid
  topicName string
  partitions []int32
deletingTopics []TopicInfo
  topicId uuid
  topicName string

@ConsumerGroupRegularExpressionKey 16 0 flexible none
groupId string 0
regularExpression string 0

@ConsumerGroupRegularExpressionValue 16 0 flexible 0+
topics []string
version int64
timestamp int64

@StreamsGroupMetadataKey 17 0 flexible none
groupId string 0

@StreamsGroupMetadataValue 17 0 flexible 0+
epoch int32
metadataHash int64
validatedTopologyEpoch int32 #0 =-1
lastAssignmentConfigs []LastAssignmentConfig ?0+ #1
  key string
  value string

@StreamsGroupMemberMetadataKey 19 0 flexible none
groupId string 0
memberId string 0

@StreamsGroupMemberMetadataValue 19 0 flexible 0+
instanceId string ?0+
rackId string ?0+
clientId string
clientHost string
rebalanceTimeoutMs int32 =-1
topologyEpoch int32
processId string
userEndpoint Endpoint ?0+ =null
  host string
  port uint16
clientTags []KeyValue
  key string
  value string

@StreamsGroupTargetAssignmentMetadataKey 20 0 flexible none
groupId string 0

@StreamsGroupTargetAssignmentMetadataValue 20 0 flexible 0+
assignmentEpoch int32
assignmentTimestamp int64 ! #0 =0

@StreamsGroupTargetAssignmentMemberKey 21 0 flexible none
groupId string 0
memberId string 0

@StreamsGroupTargetAssignmentMemberValue 21 0 flexible 0+
activeTasks []TaskIds
  subtopologyId string
  partitions []int32
standbyTasks []TaskIds
  subtopologyId string
  partitions []int32
warmupTasks []TaskIds
  subtopologyId string
  partitions []int32

@StreamsGroupCurrentMemberAssignmentKey 22 0 flexible none
groupId string 0
memberId string 0

@StreamsGroupCurrentMemberAssignmentValue 22 0 flexible 0+
memberEpoch int32
previousMemberEpoch int32
state int8
activeTasks []TaskIds
  subtopologyId string
  partitions []int32
  assignmentEpochs []int32 ?0+ #0
standbyTasks []TaskIds
  subtopologyId string
  partitions []int32
  assignmentEpochs []int32 ?0+ #0
warmupTasks []TaskIds
  subtopologyId string
  partitions []int32
  assignmentEpochs []int32 ?0+ #0
activeTasksPendingRevocation []TaskIds
  subtopologyId string
  partitions []int32
  assignmentEpochs []int32 ?0+ #0
standbyTasksPendingRevocation []TaskIds
  subtopologyId string
  partitions []int32
  assignmentEpochs []int32 ?0+ #0
warmupTasksPendingRevocation []TaskIds
  subtopologyId string
  partitions []int32
  assignmentEpochs []int32 ?0+ #0

@StreamsGroupTopologyKey 23 0 flexible none
groupId string 0

@StreamsGroupTopologyValue 23 0 flexible 0+
epoch int32
subtopologies []Subtopology
  subtopologyId string
  sourceTopics []string
  sourceTopicRegex []string
  stateChangelogTopics []TopicInfo
    name string
    partitions int32
    replicationFactor int16
    topicConfigs []TopicConfig
      key string
      value string
  repartitionSinkTopics []string
  repartitionSourceTopics []TopicInfo
    name string
    partitions int32
    replicationFactor int16
    topicConfigs []TopicConfig
      key string
      value string
  copartitionGroups []CopartitionGroup
    sourceTopics []int16
    sourceTopicRegex []int16
    repartitionSourceTopics []int16
`);

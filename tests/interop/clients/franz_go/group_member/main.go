// A member of a group with franz-go (see support/group_member.ts). Argument: what it is to join, as JSON.
package main

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"os"
	"sort"
	"time"

	"github.com/twmb/franz-go/pkg/kgo"
)

type options struct {
	Bootstrap  string `json:"bootstrap"`
	Group      string `json:"group"`
	Topic      string `json:"topic"`
	Assignor   string `json:"assignor"`
	InstanceID string `json:"instanceId"`
	SessionMs  int64  `json:"sessionMs"`
}

type event map[string]any

func check(err error) {
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func emit(e event) {
	check(json.NewEncoder(os.Stdout).Encode(e))
}

var balancers = map[string]kgo.GroupBalancer{
	"range": kgo.RangeBalancer(), "roundrobin": kgo.RoundRobinBalancer(), "sticky": kgo.StickyBalancer(),
	"cooperative-sticky": kgo.CooperativeStickyBalancer(),
}

func main() {
	var o options
	check(json.Unmarshal([]byte(os.Args[1]), &o))
	assigned := map[int32]bool{}
	tell := func() {
		partitions := []int{}
		for partition := range assigned {
			partitions = append(partitions, int(partition))
		}
		sort.Ints(partitions)
		emit(event{"event": "assigned", "partitions": partitions})
	}
	take := func(_ context.Context, _ *kgo.Client, added map[string][]int32) {
		for _, partition := range added[o.Topic] {
			assigned[partition] = true
		}
		tell()
	}
	drop := func(_ context.Context, _ *kgo.Client, lost map[string][]int32) {
		for _, partition := range lost[o.Topic] {
			delete(assigned, partition)
		}
		if len(lost) > 0 && o.Assignor == "cooperative-sticky" {
			tell()
		}
	}
	opts := []kgo.Opt{
		kgo.SeedBrokers(o.Bootstrap), kgo.ConsumerGroup(o.Group), kgo.ConsumeTopics(o.Topic), kgo.DisableAutoCommit(),
		kgo.Balancers(balancers[o.Assignor]), kgo.ConsumeResetOffset(kgo.NewOffset().AtStart()),
		kgo.SessionTimeout(time.Duration(o.SessionMs) * time.Millisecond), kgo.HeartbeatInterval(200 * time.Millisecond),
		kgo.MetadataMaxAge(500 * time.Millisecond), kgo.MetadataMinAge(100 * time.Millisecond),
		kgo.OnPartitionsAssigned(take), kgo.OnPartitionsRevoked(drop), kgo.OnPartitionsLost(drop),
		// Assignments are told between two polls, and never while records are printed.
		kgo.BlockRebalanceOnPoll(),
	}
	if o.InstanceID != "" {
		opts = append(opts, kgo.InstanceID(o.InstanceID))
	}
	client, err := kgo.NewClient(opts...)
	check(err)
	commands := make(chan string, 100)
	go func() {
		for lines := bufio.NewScanner(os.Stdin); lines.Scan(); {
			commands <- lines.Text()
		}
	}()
	for {
		ctx, cancel := context.WithTimeout(context.Background(), 50*time.Millisecond)
		fetches := client.PollFetches(ctx)
		cancel()
		records := [][]any{}
		fetches.EachRecord(func(r *kgo.Record) {
			records = append(records, []any{r.Partition, r.Offset, string(r.Value)})
		})
		if len(records) > 0 {
			emit(event{"event": "records", "records": records})
		}
		client.AllowRebalance()
		select {
		case command := <-commands:
			if command == "leave" {
				client.Close()
				return
			}
			check(client.CommitUncommittedOffsets(context.Background()))
			emit(event{"event": "committed"})
		default:
		}
	}
}

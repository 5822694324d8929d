// Carries out the plan on standard input (see support/plan.ts) with franz-go. Argument: bootstrap server.
package main

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"os"
	"time"

	"github.com/twmb/franz-go/pkg/kadm"
	"github.com/twmb/franz-go/pkg/kgo"
)

type record struct {
	K *string      `json:"k"`
	V *string      `json:"v"`
	H [][2]*string `json:"h"`
	T int64        `json:"t"`
}

type step struct {
	Op         string             `json:"op"`
	Topic      string             `json:"topic"`
	Partition  int32              `json:"partition"`
	Partitions int32              `json:"partitions"`
	Configs    map[string]*string `json:"configs"`
	Codec      string             `json:"codec"`
	Acks       string             `json:"acks"`
	Idempotent bool               `json:"idempotent"`
	Records    []record           `json:"records"`
	Generate   int                `json:"generate"`
	From       any                `json:"from"`
	Count      int                `json:"count"`
	Time       int64              `json:"time"`
	Without    string             `json:"without"`
}

type result map[string]any

func must[T any](value T, err error) T {
	check(err)
	return value
}

func check(err error) {
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func bytes(text *string) []byte {
	if text == nil {
		return nil
	}
	return must(base64.StdEncoding.DecodeString(*text))
}

func text(data []byte) *string {
	if data == nil {
		return nil
	}
	encoded := base64.StdEncoding.EncodeToString(data)
	return &encoded
}

var codecs = map[string]kgo.CompressionCodec{
	"none": kgo.NoCompression(), "gzip": kgo.GzipCompression(), "snappy": kgo.SnappyCompression(),
	"lz4": kgo.Lz4Compression(), "zstd": kgo.ZstdCompression(),
}

var acknowledgements = map[string]kgo.Acks{"0": kgo.NoAck(), "1": kgo.LeaderAck(), "all": kgo.AllISRAcks()}

func produce(ctx context.Context, bootstrap string, s step) result {
	options := []kgo.Opt{
		kgo.SeedBrokers(bootstrap), kgo.RequiredAcks(acknowledgements[s.Acks]), kgo.ProducerBatchCompression(codecs[s.Codec]),
		kgo.RecordPartitioner(kgo.ManualPartitioner()), kgo.ProducerBatchMaxBytes(2 << 20), kgo.MaxBufferedRecords(200_000),
		kgo.ProducerLinger(20 * time.Millisecond),
	}
	if !s.Idempotent {
		options = append(options, kgo.DisableIdempotentWrite())
	}
	client := must(kgo.NewClient(options...))
	defer client.Close()
	var records []*kgo.Record
	for _, each := range s.Records {
		var headers []kgo.RecordHeader
		for _, header := range each.H {
			headers = append(headers, kgo.RecordHeader{Key: *header[0], Value: bytes(header[1])})
		}
		records = append(records, &kgo.Record{Topic: s.Topic, Partition: s.Partition, Key: bytes(each.K),
			Value: bytes(each.V), Headers: headers, Timestamp: time.UnixMilli(each.T)})
	}
	for i := 0; i < s.Generate; i++ {
		records = append(records, &kgo.Record{Topic: s.Topic, Partition: s.Partition, Value: []byte(fmt.Sprintf("r%d", i))})
	}
	first := must(client.ProduceSync(ctx, records...).First())
	if s.Acks == "0" {
		return result{}
	}
	return result{"baseOffset": first.Offset}
}

func fetch(ctx context.Context, bootstrap string, s step) result {
	from := kgo.NewOffset().AtStart()
	if offset, exact := s.From.(float64); exact {
		from = kgo.NewOffset().At(int64(offset))
	}
	client := must(kgo.NewClient(kgo.SeedBrokers(bootstrap),
		kgo.ConsumePartitions(map[string]map[int32]kgo.Offset{s.Topic: {s.Partition: from}})))
	defer client.Close()
	ctx, cancel := context.WithTimeout(ctx, 30*time.Second)
	defer cancel()
	records := [][]any{}
	for len(records) < s.Count && ctx.Err() == nil {
		fetches := client.PollRecords(ctx, s.Count-len(records))
		for _, failed := range fetches.Errors() {
			check(failed.Err)
		}
		fetches.EachRecord(func(r *kgo.Record) {
			headers := [][2]*string{}
			for _, header := range r.Headers {
				headers = append(headers, [2]*string{&header.Key, text(header.Value)})
			}
			records = append(records, []any{r.Offset, r.Timestamp.UnixMilli(), text(r.Key), text(r.Value), headers})
		})
	}
	return result{"records": records}
}

func run(ctx context.Context, bootstrap string, admin *kadm.Client, s step) result {
	switch s.Op {
	case "createTopic":
		must(admin.CreateTopic(ctx, s.Partitions, 1, s.Configs, s.Topic))
	case "deleteTopic":
		check(must(admin.DeleteTopics(ctx, s.Topic)).Error())
	case "topics":
		topics := must(admin.ListTopics(ctx))
		for i := 0; i < 100 && s.Without != "" && topics.Has(s.Without); i++ {
			time.Sleep(100 * time.Millisecond)
			topics = must(admin.ListTopics(ctx))
		}
		return result{"topics": topics.Names()}
	case "partitions":
		return result{"partitions": len(must(admin.ListTopics(ctx, s.Topic))[s.Topic].Partitions)}
	case "produce":
		return produce(ctx, bootstrap, s)
	case "offsets":
		earliest, _ := must(admin.ListStartOffsets(ctx, s.Topic)).Lookup(s.Topic, s.Partition)
		latest, _ := must(admin.ListEndOffsets(ctx, s.Topic)).Lookup(s.Topic, s.Partition)
		return result{"earliest": earliest.Offset, "latest": latest.Offset}
	case "offsetForTime":
		// Kadm gives the end offset when no record is that late; the timestamp tells.
		found, _ := must(admin.ListOffsetsAfterMilli(ctx, s.Time, s.Topic)).Lookup(s.Topic, s.Partition)
		if found.Timestamp < 0 {
			return result{"offset": -1}
		}
		return result{"offset": found.Offset}
	case "fetch":
		return fetch(ctx, bootstrap, s)
	default:
		panic(s.Op)
	}
	return result{}
}

func main() {
	bootstrap := os.Args[1]
	client := must(kgo.NewClient(kgo.SeedBrokers(bootstrap)))
	defer client.Close()
	admin := kadm.NewClient(client)
	var plan []step
	check(json.NewDecoder(os.Stdin).Decode(&plan))
	results := []result{}
	for _, each := range plan {
		results = append(results, run(context.Background(), bootstrap, admin, each))
	}
	check(json.NewEncoder(os.Stdout).Encode(results))
}

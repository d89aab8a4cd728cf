package sim

import (
	"runtime"
	"syscall"
	"testing"
)

// hundred is a hundred agents at 95 % load with people who give up.
func hundred() Desk {
	return Desk{
		Length: 86400,
		Streams: []Stream{{
			Rates: []float64{95.0 / 300}, Handle: Span{Mean: 300}, Patience: Span{Mean: 120},
		}},
		Groups: []Group{{Agents: 100, Levels: []int{1}}},
	}
}

// BenchmarkAHundredAgents counts events per second of the processor beside those of the clock: a machine that does
// other work as well makes only the clock run on.
func BenchmarkAHundredAgents(b *testing.B) {
	r, err := New(hundred())
	if err != nil {
		b.Fatal(err)
	}
	r.Play(0, nil) // the memory for the most that wait at once is there from now on
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	b.ReportAllocs()
	b.ResetTimer()
	var events int64
	start := processor(b)
	for seed := uint64(0); b.Loop(); seed++ {
		events += r.Play(seed, nil).Events
	}
	b.ReportMetric(float64(events)/(processor(b)-start), "events/cpu-s")
	b.ReportMetric(float64(events)/b.Elapsed().Seconds(), "events/s")
	b.ReportMetric(0, "ns/op")
}

// processor is how many seconds this thread has had the processor.
func processor(b *testing.B) float64 {
	const thisThread = 1
	var u syscall.Rusage
	if err := syscall.Getrusage(thisThread, &u); err != nil {
		b.Fatal(err)
	}
	return float64(u.Utime.Nano()+u.Stime.Nano()) / 1e9
}

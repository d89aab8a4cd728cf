package erlang

import (
	"math"
	"testing"
)

// published is one value that others printed, or that was computed twice independently at 25 digits ("formula").
type published struct {
	id     string
	want   float64
	digits float64 // whole and above 1: significant digits; a fraction: tolerance
	source string
	got    float64
}

// agrees is true when got equals what was printed, as far as it was printed.
func (p published) agrees() bool {
	if p.digits < 1 {
		return math.Abs(p.got-p.want) <= p.digits
	}
	unit := math.Pow(10, math.Floor(math.Log10(math.Abs(p.want)))-p.digits+1)
	return math.Abs(p.got-p.want) <= 0.5000001*unit
}

func perMinute(arrive, handle, patience float64, servers int) Pool {
	p := Pool{Servers: servers, Arrive: arrive / 60, Service: 1 / (60 * handle)}
	if patience > 0 {
		p.Leave = 1 / (60 * patience)
	}
	return p
}

func erlangC() []published {
	support := perMinute(100.0/30, 3, 0, 14).Levels()
	few := perMinute(100.0/30, 3, 0, 11).Levels()
	tutorial := Pool{Servers: 55, Arrive: 0.2, Service: 1.0 / 240}.Levels()
	return []published{
		{"a10", 0.4091801508, 10, "formula", C(10, 8)},
		{"a11", 0.1604293874, 10, "formula", C(20, 15)},
		{"a12", 0.2169404809, 10, "formula", C(100, 90)},
		{"a13", 0.1741319, 7, "ErlangC for R, readme", support.Waits},
		{"a13 as C", 0.1741319, 7, "the same", C(14, 10)},
		{"a14", 0.88835, 5, "the same", support.ServiceLevel(20)},
		{"a15", 7.83593701177724, 15, "the same", support.Wait},
		{"a16", 0.6821182, 7, "the same", few.Waits},
		{"a17", 0.3896138, 7, "the same", few.ServiceLevel(20)},
		{"a18", 0.2387, 4, "Erlang tutorial (Angus)", tutorial.Waits},
		{"a19", 8.184, 4, "the same", tutorial.Wait},
		{"a20", 0.8459, 4, "the same", tutorial.ServiceLevel(15)},
		{"a21", 2.24350584651, 10, "formula", perMinute(100.0/30, 4, 0, 20).Levels().Wait},
		{"a22", 26.56, 0.01, "Callcenter-Simulator, Erlang C", perMinute(3.5, 3, 0, 13).Levels().Wait},
		{"a23", 20.8, 0.05, "Garnett, Mandelbaum and Reiman (2002)", perMinute(48, 1, 0, 50).Levels().Wait},
	}
}

func erlangA() []published {
	support := perMinute(100.0/30, 3, 5, 14).Levels()
	gmr := perMinute(48, 1, 2, 50).Levels()
	busy := Pool{Servers: 58, Arrive: 0.25, Service: 1.0 / 240, Leave: 1.0 / 90}.Levels()
	small := Pool{Servers: 13, Arrive: 0.05, Service: 1.0 / 300, Leave: 1.0 / 150}.Levels()
	return []published{
		{"a30", 0.14526, 5, "pyworkforce, abandonment", support.Waits},
		{"a31", 0.013984, 5, "the same", support.Abandonment},
		{"a32", 0.704297, 6, "the same", support.Occupancy},
		{"a33", 0.069919, 5, "the same", support.Wait / 60},
		{"a34", 0.916792, 6, "the same", support.ServiceLevel(20)},
		{"a35", 9.91, 0.01, "Callcenter-Simulator, Erlang A", perMinute(3.5, 3, 5, 13).Levels().Wait},
		{"a36", 0.031, 0.0005, "Garnett, Mandelbaum and Reiman (2002)", gmr.Abandonment},
		{"a37", 3.7, 0.05, "the same", gmr.Wait},
		{"a38", 0.9430189547, 10, "formula", gmr.ServiceLevel(20)},
		{"a39", 0.482642896, 9, "formula", busy.Waits},
		{"a40", 0.08250435046, 9, "formula", busy.Abandonment},
		{"a41", 0.7922216373, 9, "formula", busy.ServiceLevel(20)},
		{"a42", 0.198202208, 9, "formula", small.Abandonment},
		{"a43", 0.5310571212, 9, "formula", small.ServiceLevel(30)},
		{"a44", 0.9678715387, 9, "formula", perMinute(4.2, 2, 1, 12).Levels().ServiceLevelDecided(20)},
	}
}

func rest() []published {
	chat := Pool{Servers: 10, Speed: []float64{1, 0.9}, Arrive: 1.6 / 60, Service: 1.0 / 600, Leave: 1.0 / 180}.Levels()
	fixed, _ := perMinute(3.5, 3, 2, 10).Redialling(0.6)
	rate, abandoned := redialChain(perMinute(3.5, 3, 2, 10), 0.6, 1.0/600)
	return []published{
		{"a01", 0.5, 15, "exact", B(1, 1)},
		{"a02", 0.2, 15, "exact", B(2, 1)},
		{"a03", 0.01294887522, 10, "formula", B(17, 10)},
		{"a04", 0.1216610643, 10, "formula", B(10, 8)},
		{"a05", 0.04559321559, 10, "formula", B(20, 15)},
		{"a06", 0.02695738046, 10, "formula", B(100, 90)},
		{"a07", 0.0526031722, 9, "formula; a demonstration says about 0.05", B(30, 25)},
		{"a70", 1.17040716, 1e-5, "two-dimensional chain", rate / (3.5 / 60)},
		{"a71", 0.2426608, 1e-5, "two-dimensional chain", abandoned},
		{"a72", 0.2344843, 7, "fixed point", fixed.Levels().Abandonment},
		{"a80", 0.226240274, 8, "birth–death", chat.Waits},
		{"a81", 0.063741725, 8, "birth–death", chat.Abandonment},
		{"distrusted: C(25, 20) is not .261", 0.2091, 4, "exact", C(25, 20)},
		{"distrusted: B(200, 180) is not .012", 0.0103, 3, "exact", B(200, 180)},
	}
}

func TestPublishedValuesComeOutToThePrintedDigits(t *testing.T) {
	for _, group := range [][]published{erlangC(), erlangA(), rest()} {
		for _, p := range group {
			if !p.agrees() {
				t.Errorf("%s (%s): %.12g, want %.12g to %v digits or within it", p.id, p.source, p.got, p.want, p.digits)
			}
		}
	}
}

func TestStaffingComesOutAsPublished(t *testing.T) {
	support := perMinute(100.0/30, 3, 0, 0)
	hasty := Pool{Arrive: 0.25, Service: 1.0 / 240, Leave: 1.0 / 120}
	endless := hasty
	endless.Leave = 0
	lines := Pool{Arrive: 10, Service: 1, Leave: math.Inf(1)}
	goal := Target{ServiceLevel: 0.8, Within: 20}
	for _, c := range []struct {
		id     string
		pool   Pool
		target Target
		want   int
	}{
		{"a03: lines so that 2 % are turned away", lines, Target{Abandonment: 0.02}, 17},
		{"a24: 80 % in 20 s", support, goal, 14},
		{"a45: 80 % in 20 s with patience", hasty, goal, 60},
		{"a45: what Erlang C asks for the same", endless, goal, 67},
	} {
		if n, ok := c.pool.Staff(c.target); !ok || n != c.want {
			t.Errorf("%s: %d (%v), want %d", c.id, n, ok, c.want)
		}
	}
	if n := Rostered(14, 0.3); n != 20 {
		t.Errorf("a25: 14 at work with 30 %% shrinkage are %d on the roster, want 20", n)
	}
}

// redialChain solves a pool whose abandoners call again with a probability after an exponential time, as a chain in two
// dimensions: how many are here and how many will call again. It is the exact answer that Redialling approximates.
func redialChain(p Pool, again, back float64) (rate, abandonment float64) {
	const here, later = 60, 60
	var state [here + 1][later + 1]float64
	for k := range state {
		for j := range state[k] {
			state[k][j] = 1
		}
	}
	serve := func(k int) float64 { return float64(min(k, p.Servers)) * p.Service }
	leave := func(k int) float64 { return float64(max(k-p.Servers, 0)) * p.Leave }
	for range 1500 {
		var sum float64
		for k := 0; k <= here; k++ {
			for j := 0; j <= later; j++ {
				var in, out float64
				if k < here {
					out += p.Arrive + float64(j)*back
					in += state[k+1][j] * (serve(k+1) + leave(k+1)*(1-again))
				}
				out += serve(k) + leave(k)*(1-again)
				if j < later {
					out += leave(k) * again
				}
				if k > 0 {
					in += state[k-1][j] * p.Arrive
					if j < later {
						in += state[k-1][j+1] * float64(j+1) * back
					}
				}
				if k < here && j > 0 {
					in += state[k+1][j-1] * leave(k+1) * again
				}
				state[k][j] = in / out
				sum += in / out
			}
		}
		for k := range state {
			for j := range state[k] {
				state[k][j] /= sum
			}
		}
	}
	var gone float64
	for k := range state {
		for j, weight := range state[k] {
			rate += weight * (p.Arrive + float64(j)*back)
			gone += weight * leave(k)
		}
	}
	return rate, gone / rate
}

package erlang

import "testing"

func BenchmarkErlangC(b *testing.B) {
	b.ReportAllocs()
	for b.Loop() {
		C(100, 90)
	}
}

func BenchmarkErlangCOfThreeThousandServers(b *testing.B) {
	b.ReportAllocs()
	for b.Loop() {
		C(3000, 2950)
	}
}

func BenchmarkErlangAWithAllServiceLevels(b *testing.B) {
	b.ReportAllocs()
	p := Pool{Servers: 100, Arrive: 95.0 / 300, Service: 1.0 / 300, Leave: 1.0 / 120}
	for b.Loop() {
		all(p)
	}
}

func BenchmarkErlangAOfThreeThousandServersOverloaded(b *testing.B) {
	b.ReportAllocs()
	p := Pool{Servers: 3000, Arrive: 3300.0 / 300, Service: 1.0 / 300, Leave: 1.0 / 600}
	for b.Loop() {
		all(p)
	}
}

func all(p Pool) float64 {
	l := p.Levels()
	return l.ServiceLevel(20) + l.ServiceLevelAnswered(20) + l.ServiceLevelDecided(20) + l.WaitWithin(20)
}

func BenchmarkStaff(b *testing.B) {
	b.ReportAllocs()
	p := Pool{Arrive: 95.0 / 300, Service: 1.0 / 300, Leave: 1.0 / 120}
	for b.Loop() {
		p.Staff(Target{ServiceLevel: 0.8, Within: 20, Occupancy: 0.88})
	}
}

func BenchmarkTheWaitBehindTenThousand(b *testing.B) {
	b.ReportAllocs()
	l := Line{Ahead: 10000, Servers: 2000, Service: 1.0 / 300, Leave: 1.0 / 600}
	for b.Loop() {
		l.Bound()
	}
}

func BenchmarkPlayingForwardBehindTenThousand(b *testing.B) {
	b.ReportAllocs()
	l := Lines{
		Ranks: make([][]float64, 3), Leave: []float64{1.0 / 600, 1.0 / 500, 1.0 / 400},
		Crews: []Crew{{2, []int{0}}, {1, []int{1}}, {2, []int{0, 1}}, {1, []int{1, 2}}, {1, []int{0, 1, 2}}},
	}
	for i := range 10000 {
		l.Ranks[i%3] = append(l.Ranks[i%3], float64(i))
	}
	for b.Loop() {
		l.Forecast(1, 10000)
	}
}

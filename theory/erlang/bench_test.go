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

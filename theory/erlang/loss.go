package erlang

import "math"

// enough is where a sum of positive terms stops: what is left out is below the last digit of a float64.
const enough = 1e-17

// B is Erlang's loss formula: the share of arrivals that find all servers taken, when those leave at once. load is
// arrivals × mean handle time (erlang).
//
// Formula: B(0) = 1, B(k) = aB(k−1)/(k + aB(k−1)); unrolled, 1/B(n) = Σ over j = 0..n of n(n−1)…(n−j+1)/a^j, a sum of
// positive terms that ends as soon as the terms no longer count. Source: A.K. Erlang, "Solution of some problems in the
// theory of probabilities of significance in automatic telephone exchanges" (1917). It holds for every distribution of
// the handle time. Left out: those who try again (see Pool.Redialling).
func B(servers int, load float64) float64 {
	switch {
	case servers <= 0:
		return 1
	case load <= 0:
		return 0
	}
	return math.Exp(-logInverseB(servers, load))
}

// C is Erlang's delay formula: the share of arrivals that wait, when nobody gives up. One when the load is not below
// the servers: the line grows without end.
//
// Formula: C = nB/(n − a(1−B)). Source: Erlang (1917). Handle times are exponential.
func C(servers int, load float64) float64 {
	n := float64(servers)
	if load >= n {
		return 1
	}
	b := B(servers, load)
	return n * b / (n - load*(1-b))
}

// logInverseB is ln(1/B). The terms go from all servers taken down to none; large is where they are scaled back, so
// that thousands of servers do not overflow.
func logInverseB(servers int, load float64) float64 {
	const large = 1e250
	per := 1 / load
	sum, term, shift := 1.0, 1.0, 0.0
	for k := float64(servers); k >= 1; k-- {
		step := k * per
		term *= step
		sum += term
		if step < 1 && term < enough*(1-step)*sum {
			break
		}
		if sum > large {
			sum, term, shift = sum/large, term/large, shift+math.Log(large)
		}
	}
	return shift + math.Log(sum)
}

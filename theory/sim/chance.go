package sim

import "math"

// chance gives the random numbers of one run: SplitMix64 (G.L. Steele, D. Lea and C.H. Flood, "Fast splittable
// pseudorandom number generators", 2014). It is written out here so that a seed gives the same day for ever, whatever
// a library does.
type chance struct{ state uint64 }

func (c *chance) bits() uint64 {
	c.state += 0x9e3779b97f4a7c15
	z := c.state
	z = (z ^ z>>30) * 0xbf58476d1ce4e5b9
	z = (z ^ z>>27) * 0x94d049bb133111eb
	return z ^ z>>31
}

// share is uniform from 0 up to but not including 1.
func (c *chance) share() float64 { return float64(c.bits()>>11) * 0x1p-53 }

// below is uniform over 0..n−1.
func (c *chance) below(n int) int { return int(c.share() * float64(n)) }

// The exponential distribution is cut into 256 layers of equal area: G. Marsaglia and W.W. Tsang, "The ziggurat method
// for generating random variables" (2000). edge is where the lowest layer gives way to the tail, area that of a layer.
const (
	layers = 256
	edge   = 7.69711747013104972
	area   = 3.9496598225815571993e-3
)

type ziggurat struct {
	x, f [layers + 1]float64 // the right end of each layer, and the density there
}

var exponential = cut()

func cut() *ziggurat {
	z := &ziggurat{}
	z.x[0], z.x[1] = area*math.Exp(edge), edge
	for i := 1; i < layers-1; i++ {
		z.x[i+1] = -math.Log(math.Exp(-z.x[i]) + area/z.x[i])
	}
	for i := range z.f {
		z.f[i] = math.Exp(-z.x[i])
	}
	return z
}

// exp is exponential with mean one.
func (c *chance) exp() float64 {
	u := c.bits()
	i := u & (layers - 1)
	x := float64(u>>11) * 0x1p-53 * exponential.x[i]
	if x < exponential.x[i+1] {
		return x
	}
	return c.expEdge(x, i)
}

// expEdge decides about the corner of a layer, or about the tail: one in ninety comes here.
func (c *chance) expEdge(x float64, i uint64) float64 {
	z := exponential
	if i == 0 {
		return edge + c.exp()
	}
	if z.f[i]+c.share()*(z.f[i+1]-z.f[i]) < math.Exp(-x) {
		return x
	}
	return c.exp()
}

// normal is standard normal: G.E.P. Box and M.E. Muller (1958).
func (c *chance) normal() float64 {
	return math.Sqrt(2*c.exp()) * math.Cos(2*math.Pi*c.share())
}

// Shape is the kind of a distribution.
type Shape uint8

// The shapes.
const (
	Exponential Shape = iota
	Fixed
	LogNormal
)

// Span is how long something takes.
type Span struct {
	Mean  float64
	Shape Shape
	CV    float64 // standard deviation ÷ mean, of a LogNormal
}

func (s *Span) draw(c *chance) float64 {
	switch s.Shape {
	case Fixed:
		return s.Mean
	case LogNormal:
		v := math.Log1p(s.CV * s.CV)
		return s.Mean * math.Exp(math.Sqrt(v)*c.normal()-v/2)
	}
	return s.Mean * c.exp()
}

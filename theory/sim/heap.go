package sim

import "math"

// agenda is what happens when: a heap with four children per place, in which each thing has at most one moment. Things
// are numbers; where tells at which place a thing is.
type agenda struct {
	heap  []moment
	where []int32
}

// moment is when a thing happens. The bits of a number that is not below zero are in the order of the numbers, and
// whole numbers are compared without a jump that the processor would have to guess.
type moment struct {
	bits  uint64
	thing int32
}

func (m moment) at() float64 { return math.Float64frombits(m.bits) }

const nowhere = -1

// grow makes room for things below n.
func (a *agenda) grow(n int) {
	for len(a.where) < n {
		a.where = append(a.where, nowhere)
	}
}

func (a *agenda) clear() {
	a.heap = a.heap[:0]
	for i := range a.where {
		a.where[i] = nowhere
	}
}

// set says when a thing happens, whether or not it had a moment before. Never is +Inf: it has none then.
func (a *agenda) set(thing int32, at float64) {
	if at > math.MaxFloat64 {
		a.drop(thing)
		return
	}
	m := moment{math.Float64bits(at), thing}
	i := a.where[thing]
	switch {
	case i == nowhere:
		a.heap = append(a.heap, m)
		a.up(len(a.heap)-1, m)
	case m.bits < a.heap[i].bits:
		a.up(int(i), m)
	default:
		a.down(int(i), m)
	}
}

// drop takes a thing out, if it is in.
func (a *agenda) drop(thing int32) {
	i := a.where[thing]
	if i == nowhere {
		return
	}
	a.where[thing] = nowhere
	last := len(a.heap) - 1
	m := a.heap[last]
	a.heap = a.heap[:last]
	if int(i) == last {
		return
	}
	if i > 0 && m.bits < a.heap[(i-1)/4].bits {
		a.up(int(i), m)
	} else {
		a.down(int(i), m)
	}
}

func (a *agenda) up(i int, m moment) {
	h, where := a.heap, a.where
	for i > 0 {
		parent := (i - 1) >> 2
		if m.bits >= h[parent].bits {
			break
		}
		h[i] = h[parent]
		where[h[i].thing] = int32(i)
		i = parent
	}
	h[i] = m
	where[m.thing] = int32(i)
}

func (a *agenda) down(i int, m moment) {
	h, where := a.heap, a.where
	for {
		least := 4*i + 1
		if least+3 >= len(h) {
			break
		}
		four := h[least : least+4 : least+4]
		one, two := 0, 2
		first, second := four[0].bits, four[2].bits
		if four[1].bits < first {
			one, first = 1, four[1].bits
		}
		if four[3].bits < second {
			two, second = 3, four[3].bits
		}
		if second < first {
			one, first = two, second
		}
		if first >= m.bits {
			h[i] = m
			where[m.thing] = int32(i)
			return
		}
		least += one
		h[i] = h[least]
		where[h[i].thing] = int32(i)
		i = least
	}
	// The last place may have fewer than four below it, and those have none.
	least := i
	for c := 4*i + 1; c < len(h); c++ {
		if h[c].bits < m.bits && (least == i || h[c].bits < h[least].bits) {
			least = c
		}
	}
	if least != i {
		h[i] = h[least]
		where[h[i].thing] = int32(i)
		i = least
	}
	h[i] = m
	where[m.thing] = int32(i)
}

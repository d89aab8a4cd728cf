// Package customer is in order.
package customer

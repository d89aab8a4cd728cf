// Package customer drives the customer's pages as a browser does: over HTTP, on the real rooms and both databases. With
// chromium on the machine it also looks at every page in both languages, light and dark, on a telephone and a desk, and
// has axe check each one; BALIE_PICTURES=DIR keeps the pictures.
package customer

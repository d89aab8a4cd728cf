// Command balie is the desk: see `balie help`.
package main

import (
	"context"
	"os"
	"os/signal"
	"syscall"

	"balie/app"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	status := app.Main(ctx, app.Console{Args: os.Args[1:], Env: os.Getenv, Out: os.Stdout, Err: os.Stderr})
	stop()
	os.Exit(status)
}

package engine

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"

	"github.com/jackc/pgx/v5"
)

// cluster is the address of a PostgreSQL cluster for tests: the one in BALIE_TEST_POSTGRES, which `make test` starts
// once for all packages, or else one of our own, which lives as long as this process.
var cluster = sync.OnceValues(func() (string, error) {
	if given := os.Getenv("BALIE_TEST_POSTGRES"); given != "" {
		return given, nil
	}
	script, err := script()
	if err != nil {
		return "", err
	}
	if out, err := exec.Command(script, "which").CombinedOutput(); err != nil {
		return "", errors.New(strings.TrimSpace(string(out)))
	}
	return hold(script)
})

// hold starts the script and reads the address it prints. The script stops the cluster when the other end of its
// standard input is closed, which the system does however this process ends; so nothing here has to close it.
func hold(script string) (string, error) {
	cmd := exec.Command(script, "hold")
	if _, err := cmd.StdinPipe(); err != nil {
		return "", err
	}
	out, err := cmd.StdoutPipe()
	if err != nil {
		return "", err
	}
	// Standard error stays closed: `go test` would wait for whoever still holds that of the test.
	if err := cmd.Start(); err != nil {
		return "", err
	}
	line, err := bufio.NewReader(out).ReadString('\n')
	if err != nil {
		return "", errors.Join(fmt.Errorf("%s hold gave no address; run it by hand to see why", script), cmd.Wait())
	}
	// This goroutine keeps the pipes reachable as long as the process lives: a collected pipe is a closed pipe.
	go func() { _ = cmd.Wait() }()
	return strings.TrimSpace(line), nil
}

// script finds test/setup/postgres from the folder of any package of the module.
func script() (string, error) {
	dir, err := os.Getwd()
	if err != nil {
		return "", err
	}
	for {
		path := filepath.Join(dir, "test", "setup", "postgres")
		if _, err := os.Stat(path); err == nil {
			return path, nil
		}
		up := filepath.Dir(dir)
		if up == dir {
			return "", errors.New("test/setup/postgres is not above the working folder")
		}
		dir = up
	}
}

var count atomic.Int64

// create makes a database on the cluster. The process number keeps parallel test binaries apart.
func create(ctx context.Context, base string) (string, func(context.Context) error, error) {
	at, err := url.Parse(base)
	if err != nil {
		return "", nil, err
	}
	name := fmt.Sprintf("balie_%s_%d", strconv.Itoa(os.Getpid()), count.Add(1))
	// Copying files takes a fifth of the time of the default, which writes the copy to the log.
	err = admin(ctx, base, "CREATE DATABASE "+name+" TEMPLATE template0 STRATEGY file_copy")
	if err != nil {
		return "", nil, err
	}
	at.Path = "/" + name
	drop := func(ctx context.Context) error { return admin(ctx, base, "DROP DATABASE "+name+" WITH (FORCE)") }
	return at.String(), drop, nil
}

func admin(ctx context.Context, base, sql string) error {
	conn, err := pgx.Connect(ctx, base)
	if err != nil {
		return err
	}
	defer func() { _ = conn.Close(ctx) }()
	_, err = conn.Exec(ctx, sql)
	return err
}

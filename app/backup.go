package app

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"time"

	"balie/app/backup"
	"balie/ground/blob"
	"balie/ground/clock"
	"balie/ground/config"
	"balie/ground/sqldb"
)

// fileArgument takes the one file that a command is about out of its arguments, before or after the settings.
func fileArgument(c Console, name string, args []string, more ...func(*flag.FlagSet)) (config.Config, string, error) {
	file := ""
	if len(args) > 0 && !strings.HasPrefix(args[0], "-") {
		file, args = args[0], args[1:]
	}
	cfg, rest, err := settings(c, name, args, more...)
	if err != nil {
		return cfg, "", err
	}
	if file == "" && len(rest) > 0 {
		file, rest = rest[0], rest[1:]
	}
	if file == "" {
		return cfg, "", fmt.Errorf("%s needs a file: balie %s FILE", name, name)
	}
	return cfg, file, noMore(rest)
}

// keyPlace is where the settings say that the secret key is.
func keyPlace(cfg config.Config) backup.KeyPlace {
	if !cfg.Key.Value.Empty() {
		return backup.KeyPlace{Value: cfg.Key.Value}
	}
	if cfg.Key.File != "" {
		return backup.KeyPlace{File: cfg.Key.File}
	}
	return backup.KeyPlace{File: filepath.Join(cfg.Data, "secret.key")}
}

func databaseFile(cfg config.Config) string { return filepath.Join(cfg.Data, "balie.db") }

// present refuses a data folder without a desk, where opening would make an empty one.
func present(cfg config.Config) error {
	where := databaseFile(cfg)
	if !cfg.Database.Empty() {
		where = cfg.Data
	}
	if _, err := os.Stat(where); err != nil {
		return fmt.Errorf("there is no desk in %s; give its folder with --data", cfg.Data)
	}
	return nil
}

func backupCommand(ctx context.Context, c Console, args []string) error {
	withoutKey := false
	cfg, file, err := fileArgument(c, "backup", args, func(f *flag.FlagSet) {
		f.BoolVar(&withoutKey, "without-key", false, "leave the secret key out of the backup")
	})
	if err != nil {
		return err
	}
	if err := present(cfg); err != nil {
		return err
	}
	log, now := commandLog(c, cfg), clock.System{}
	d := backup.Desk{Path: databaseFile(cfg), Rooms: Rooms(), Program: programVersion(), Clock: now, Log: log}
	if place := keyPlace(cfg); !withoutKey && place.File != "" {
		if d.Key, err = os.ReadFile(place.File); err != nil {
			return fmt.Errorf("the secret key: %w; with --without-key the backup is made without it", err)
		}
	}
	if d.Files, err = blob.OpenDisk(filepath.Join(cfg.Data, "files"), now); err != nil {
		return err
	}
	defer d.Files.Close() //nolint:errcheck // it was only read
	if !cfg.Database.Empty() {
		d.DB, err = sqldb.Open(ctx, sqldb.Options{URL: cfg.Database.Reveal(), Clock: now, Chance: Chance(), Log: log})
		if err != nil {
			return err
		}
		defer d.DB.Close() //nolint:errcheck // it was only read
	}
	s, err := backup.Make(ctx, d, file)
	if err != nil {
		return err
	}
	fmt.Fprintf(c.Out, "%s: %s\n", file, s)
	if err := os.WriteFile(lastBackup(cfg), []byte(s.Made.Format(time.RFC3339)+"\n"), 0o600); err != nil {
		log.Warn("the time of the backup was not noted for balie doctor", "error", err)
	}
	if n := len(s.Files.Missing); n > 0 {
		return fmt.Errorf("the backup was made, but %d files to which the database refers are missing or damaged in %s, the first is %s",
			n, cfg.Data, s.Files.Missing[0])
	}
	return nil
}

// lastBackup is where a backup notes when it was made.
func lastBackup(cfg config.Config) string { return filepath.Join(cfg.Data, "last-backup") }

func commandLog(c Console, cfg config.Config) *slog.Logger {
	cfg.Log.Level = slog.LevelWarn
	return logger(c, cfg.Log)
}

func verifyCommand(ctx context.Context, c Console, args []string) error {
	cfg, file, err := fileArgument(c, "verify", args)
	if err != nil {
		return err
	}
	s, err := backup.Verify(ctx, file, Rooms(), clock.System{}, commandLog(c, cfg))
	if err != nil {
		return fmt.Errorf("%s is not a whole backup: %s", file, oneLine(err))
	}
	fmt.Fprintf(c.Out, "%s is whole: %s\n", file, s)
	if n := len(s.Files.Missing); n > 0 {
		fmt.Fprintf(c.Out, "%d files were missing already when it was made\n", n)
	}
	return nil
}

func restoreCommand(ctx context.Context, c Console, args []string) error {
	cfg, file, err := fileArgument(c, "restore", args)
	if err != nil {
		return err
	}
	place := keyPlace(cfg)
	s, err := backup.Restore(ctx, file, backup.Target{
		Data: cfg.Data, URL: cfg.Database.Reveal(), Key: place, Rooms: Rooms(), Clock: clock.System{}, Chance: Chance(),
		Log: commandLog(c, cfg),
	})
	if err != nil {
		return fmt.Errorf("%s was not restored: %s", file, oneLine(err))
	}
	fmt.Fprintf(c.Out, "restored in %s: %s\n", cfg.Data, s)
	if !s.Key && place.File != "" {
		if _, err := os.Stat(place.File); errors.Is(err, os.ErrNotExist) {
			fmt.Fprintf(c.Out, "The backup holds no secret key. Put the key of that desk in %s before the first start: "+
				"without it passwords of mailboxes and mail keys cannot be opened.\n", place.File)
		}
	}
	return nil
}

package conversation

import (
	"errors"

	"balie/ground/fault"
	"balie/ground/ident"
	"balie/ground/ledger"
	"balie/ground/sqldb"
)

func scanFile(r sqldb.Row, f *File) error {
	return r.Scan(&f.ID, sqldb.Int(&f.Entry), &f.Name, &f.Type, &f.Size, &f.Hash, &f.ContentID)
}

func (r *Room) attach(tx *sqldb.Tx, e Entry, f NewFile) (File, error) {
	kept := File{ID: ident.File(tx.NewID()), Entry: e.ID, Name: f.Name, Type: f.Type, Size: int64(len(f.Data)), ContentID: f.ContentID}
	var err error
	if kept.Hash, err = r.keep(tx, e.Org, f.Data); err != nil {
		return kept, err
	}
	_, err = tx.Exec(`insert into attachment (org, id, entry, name, type, size, hash, content_id, created_at)
		values ($1, $2, $3, $4, $5, $6, $7, $8, $9)`, e.Org, kept.ID, kept.Entry, kept.Name, kept.Type, kept.Size, kept.Hash,
		kept.ContentID, tx.Now())
	return kept, err
}

// Upload keeps a file of an agent or a customer that is not yet part of a message. Call Stage with its data first. The
// identifiers of both never meet, so one column holds whose it is.
func (r *Room) Upload(tx *sqldb.Tx, org ident.Org, by ledger.Actor, f NewFile) (File, error) {
	kept := File{ID: ident.File(tx.NewID()), Name: f.Name, Type: f.Type, Size: int64(len(f.Data))}
	var err error
	if kept.Hash, err = r.keep(tx, org, f.Data); err != nil {
		return kept, err
	}
	_, err = tx.Exec(`insert into attachment (org, id, name, type, size, hash, by_agent, created_at)
		values ($1, $2, $3, $4, $5, $6, $7, $8)`, org, kept.ID, kept.Name, kept.Type, kept.Size, kept.Hash, by.ID, tx.Now())
	return kept, err
}

// Use makes uploaded files part of a line. Only who uploaded a file may use it, and once.
func (r *Room) Use(tx *sqldb.Tx, e Entry, files []ident.File) ([]File, error) {
	var used []File
	for _, id := range files {
		n, err := tx.Exec(`update attachment set entry = $3 where org = $1 and id = $2 and entry is null and by_agent = $4`,
			e.Org, id, e.ID, e.Actor.ID)
		if err != nil {
			return nil, err
		}
		if n == 0 {
			return nil, fault.New(fault.Invalid, "conversation.file_unknown")
		}
		f, err := r.File(tx, e.Org, id)
		if err != nil {
			return nil, err
		}
		used = append(used, f)
	}
	return used, nil
}

// File loads one attachment.
func (r *Room) File(tx *sqldb.Tx, org ident.Org, id ident.File) (File, error) {
	f, err := sqldb.One(tx, scanFile, `select id, entry, name, type, size, hash, content_id from attachment
		where org = $1 and id = $2`, org, id)
	if errors.Is(err, sqldb.ErrNone) {
		return f, fault.New(fault.Unknown, "conversation.file_unknown")
	}
	return f, err
}

// FilesOf lists the attachments of a line.
func (r *Room) FilesOf(tx *sqldb.Tx, org ident.Org, e ident.Entry) ([]File, error) {
	return sqldb.All(tx, scanFile, `select id, entry, name, type, size, hash, content_id from attachment
		where org = $1 and entry = $2 order by id`, org, e)
}

package org

import (
	"time"

	"balie/ground/fault"
	"balie/ground/ident"
	"balie/ground/sqldb"
)

// Department is a part of an organisation.
type Department struct {
	ID      ident.Department
	Org     ident.Org
	Name    string
	Retired bool // it takes no new work; old cases still show its name
}

const departmentColumns = `id, org, name, retired`

func scanDepartment(r sqldb.Row, d *Department) error {
	var retired time.Time
	err := r.Scan(&d.ID, &d.Org, &d.Name, sqldb.Time(&retired))
	d.Retired = !retired.IsZero()
	return err
}

// Departments lists the departments that take work, by name.
func (r *Room) Departments(tx *sqldb.Tx, org ident.Org) ([]Department, error) {
	return sqldb.All(tx, scanDepartment, `select `+departmentColumns+` from department
		where org = $1 and retired is null order by lower(name)`, org)
}

// Department reads one, retired or not.
func (r *Room) Department(tx *sqldb.Tx, org ident.Org, id ident.Department) (Department, error) {
	return found(sqldb.One(tx, scanDepartment, `select `+departmentColumns+` from department where org = $1 and id = $2`, org, id))
}

// SaveDepartment adds a department, or renames it when it has an ID.
func (r *Room) SaveDepartment(tx *sqldb.Tx, by By, d Department) (Department, error) {
	var err error
	if d.Name, err = line(d.Name, 80); err != nil {
		return d, err
	}
	if d.Name == "" {
		return d, fault.New(fault.Invalid, "org.name_missing")
	}
	d.Org = by.Org
	fact := ChangedFact{About: AboutDepartment, Did: Changed, Name: d.Name, Fields: []string{"name"}}
	var n int64 = 1
	if d.ID == 0 {
		d.ID, fact.Did, fact.Fields = ident.Department(tx.NewID()), Added, nil
		_, err = tx.Exec(`insert into department (org, id, name) values ($1, $2, $3)`, d.Org, d.ID, d.Name)
	} else {
		n, err = tx.Exec(`update department set name = $3 where org = $1 and id = $2`, d.Org, d.ID, d.Name)
	}
	if err != nil {
		return d, taken(err, "org.department_exists", "name", d.Name)
	}
	if n == 0 {
		return d, fault.New(fault.Unknown, "org.not_found")
	}
	fact.ID = ident.Text(d.ID)
	return d, r.changed(tx, by, fact)
}

// RetireDepartment takes a department out of the lists. Its addresses stay and belong to the organisation as a whole.
func (r *Room) RetireDepartment(tx *sqldb.Tx, by By, id ident.Department) error {
	d, err := r.Department(tx, by.Org, id)
	if err != nil || d.Retired {
		return err
	}
	if _, err := tx.Exec(`update department set retired = $3 where org = $1 and id = $2`, by.Org, id, tx.Now()); err != nil {
		return err
	}
	for _, table := range []string{"address", "reply"} {
		if _, err := tx.Exec(`update `+table+` set department = null where org = $1 and department = $2`, by.Org, id); err != nil {
			return err
		}
	}
	return r.changed(tx, by, ChangedFact{About: AboutDepartment, Did: Removed, ID: ident.Text(id), Name: d.Name})
}

// checkDepartment refuses a department of another organisation. Zero is the organisation as a whole.
func (r *Room) checkDepartment(tx *sqldb.Tx, org ident.Org, id ident.Department) error {
	if id == 0 {
		return nil
	}
	_, err := r.Department(tx, org, id)
	return err
}

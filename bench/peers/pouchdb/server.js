// A CouchDB-speaking server over leveldb; says its port on stdout once it listens.
const express = require('express');
const PouchDB = require('pouchdb');
const folder = process.argv[2];
const app = express();
const Kept = PouchDB.defaults({prefix: folder + '/'});
app.use('/', require('express-pouchdb')(Kept, {inMemoryConfig: true, logPath: folder + '/log.txt'}));
const server = app.listen(0, '127.0.0.1', () => console.log(server.address().port));

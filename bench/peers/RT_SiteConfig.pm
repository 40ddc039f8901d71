# Request Tracker 5 on the PostgreSQL whose socket lies in $PEERS_SOCKET; as Debian ships it otherwise.
Set($rtname, 'bench');
Set($Organization, 'bench.example');
Set($CorrespondAddress, 'help@bench.example');
Set($CommentAddress, 'help-comment@bench.example');
Set($WebDomain, '127.0.0.1');
Set($WebPort, $ENV{PEERS_RT_PORT});
Set($WebPath, '');
Set($DatabaseType, 'Pg');
Set($DatabaseHost, $ENV{PEERS_SOCKET});
Set($DatabaseRTHost, $ENV{PEERS_SOCKET});
Set($DatabaseAdmin, 'postgres');
Set($DatabaseUser, 'rt_user');
Set($DatabasePassword, 'rt_pass');
Set($DatabaseName, 'rt5');
Set($MailCommand, 'testfile');     # nothing is sent
Set($LogToSyslog, 0);
Set($LogToSTDERR, 'error');
Set($WebSessionClass, 'Apache::Session::File');
Set(%FullTextSearch, Enable => 1, Indexed => 1, Column => 'ContentIndex', Table => 'AttachmentsIndex');
1;

start transaction;
end;
abort;
release savepoint s;
prepare transaction 'x';
commit prepared 'x';
set transaction isolation level serializable;

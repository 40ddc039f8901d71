# Who is not known may write to the queue: what Request Tracker's guide has one click for mail.
@ACL = (
    map { { GroupDomain => 'SystemInternal', GroupType => 'Everyone', Right => $_, Queue => 'General' } }
        qw(CreateTicket ReplyToTicket SeeQueue)
);
1;

"""What the words of the month's end mean, as its readers are told beside the figures."""

from dataclasses import dataclass

from postal_app.rules.words import Words


@dataclass(frozen=True, slots=True)
class Definition:
    """A word of the report and what it means."""

    term: Words
    meaning: Words


DEFINITIONS = (
    Definition(
        Words("Kỳ báo cáo", "Period"),
        Words(
            "Từ 0 giờ ngày đầu đến hết ngày cuối, theo giờ Việt Nam.",
            "From the start of the first day to the end of the last, in the time of Việt Nam.",
        ),
    ),
    Definition(
        Words("Hồ sơ", "Dossiers"),
        Words(
            "Tính vào ngày niêm phong tại quầy. Hồ sơ do cơ quan đăng ký chỉ để trả kết quả tính "
            "vào ngày bắt đầu lượt chuyển đầu tiên. Phiếu đã hủy trước niêm phong không tính.",
            "Counted on the day of the seal at the counter. A dossier that an agency registered "
            "for its return alone counts on the day its first leg began. A pickup given up before "
            "the seal counts nowhere.",
        ),
    ),
    Definition(
        Words("Lượt nộp", "Submission legs"),
        Words(
            "Một hồ sơ trong một bưu gửi từ người dân đến cơ quan, tính vào ngày nhận tại quầy "
            "hoặc tại nhà. Giấy tờ bổ sung không tính ở đây.",
            "One dossier in one item from the citizen to the agency, counted on the day it was "
            "taken in, at the counter or at home. Further papers do not count here.",
        ),
    ),
    Definition(
        Words("Lượt trả", "Return legs"),
        Words(
            "Một hồ sơ trong một bưu gửi mang kết quả từ cơ quan đến người dân, tính vào ngày nhận "
            "kết quả từ cơ quan. Phiếu hẹn, yêu cầu bổ sung, từ chối không tính ở đây.",
            "One dossier in one item with the result from the agency to the citizen, counted on "
            "the day it was collected from the agency. Slips, requests and refusals do not count "
            "here.",
        ),
    ),
    Definition(
        Words("Các chiều khác", "Other legs"),
        Words(
            "Giấy tờ bổ sung, chuyển hồ sơ giữa các cơ quan, giấy tờ thu hồi, văn bản của cơ quan "
            "cho người dân và chuyển hoàn được đếm riêng từng chiều. Chỉ tiêu công bố và việc xét "
            "quyền chỉ gồm lượt nộp và lượt trả.",
            "Further papers, transfers between agencies, recovered papers, answers of agencies "
            "and returns are counted each by itself. Published figures and permissions are about "
            "submission and return legs alone.",
        ),
    ),
    Definition(
        Words("Kết cục của lượt", "What became of a leg"),
        Words(
            "Mỗi lượt có đúng một kết cục lúc lập báo cáo: đã đến đích, phát chưa được, đã chuyển "
            "hoàn, vô thừa nhận, đang thất lạc, còn đang chuyển. Chuyển hoàn không phải là đến "
            "đích. Bì phát một phần: hồ sơ đã giao là đến đích, hồ sơ còn lại là phát chưa được.",
            "Each leg has become exactly one thing when the report was made: reached its end, not "
            "delivered, sent back, without owner, lost, still under way. What went back has not "
            "reached its end. Of an envelope given in part, what was given has, the rest not.",
        ),
    ),
    Definition(
        Words("Bưu gửi", "Items"),
        Words(
            "Phong bì niêm phong có ít nhất một lượt bắt đầu trong kỳ. Một bưu gửi có thể chứa "
            "nhiều hồ sơ, nên cột bưu gửi của các dòng cộng lại có thể lớn hơn tổng.",
            "Sealed envelopes of which at least one leg began in the period. An item may hold "
            "several dossiers, so that the rows may add up to more than the total.",
        ),
    ),
    Definition(
        Words("Ngày xét quyền", "Day of acceptance"),
        Words(
            "Ngày nhận tại quầy; với hồ sơ cơ quan đăng ký chỉ để trả kết quả là ngày nhận kết "
            "quả từ cơ quan. Quyền được xét lại theo quyết định hiện có, vì quyết định có thể có "
            "hiệu lực trở về trước.",
            "The day at the counter; for a dossier registered by an agency for its return alone, "
            "the day of collection. The verdict is found anew from the decisions as they stand, "
            "for a decision may come with retroactive force.",
        ),
    ),
    Definition(
        Words("Phân loại lượt", "Classes of legs"),
        Words(
            "Mỗi lượt thuộc đúng một loại, xét lần lượt: thủ tục không có trong danh mục hoặc "
            "chưa có quyết định nào cho ngày xét quyền; không được phép theo chiều đó; điểm của "
            "bưu gửi chưa đủ điều kiện vào ngày lượt bắt đầu; còn lại là được phép.",
            "Each leg is in exactly one class, tried in this order: the procedure is in no list "
            "or no decision speaks of its day; not allowed in that direction; the item's point "
            "was not qualified on the day the leg began; else it was allowed.",
        ),
    ),
    Definition(
        Words("Toàn vẹn", "Integrity"),
        Words(
            "Xét các lượt mọi chiều đến đích trong kỳ: cơ quan đã nhận, người dân đã nhận, hoặc "
            "đang thất lạc. Bì đã chuyển hoàn chưa đến đích. Chưa kiểm tra không phải là nguyên "
            "vẹn; 100 % chỉ ghi khi không còn lượt nào chưa rõ.",
            "Of the legs of every kind that reached their end in the period: at the agency, in "
            "the citizen's hand, or lost. What went back has not reached it. Not checked is not "
            "intact; 100 % stands only where nothing is unknown.",
        ),
    ),
    Definition(
        Words("Phát kết quả", "Deliveries"),
        Words(
            "Xét các lượt trả bắt đầu trong kỳ, theo tình trạng lúc lập báo cáo. Phát lần đầu là "
            "phát thành công mà chưa lần nào thất bại. Tỷ lệ phát chỉ để ngoài lượt còn đang "
            "chuyển; chuyển hoàn, vô thừa nhận và thất lạc đều ở trong mẫu số.",
            "Of the return legs that began in the period, as known when the report was made. At "
            "first attempt means delivered without any failed attempt. The shares leave out what "
            "is still under way and nothing else: what went back, has no owner or is lost is in "
            "the whole.",
        ),
    ),
    Definition(
        Words("Giữ hẹn", "Promises kept"),
        Words(
            "Xét bưu gửi bắt đầu trong kỳ, theo thời hạn đã hẹn lúc nhận; lời hẹn không bao giờ "
            "tính lại. Tỷ lệ đúng hạn = đúng hạn / (đúng hạn + muộn). Số đang chạy, số đã chuyển "
            "hoàn hoặc vô thừa nhận và số không có thời hạn đứng riêng.",
            "Of the items that began in the period, by what was promised when they were taken in; "
            "a promise is never reckoned anew. Share on time = on time / (on time + late). What "
            "is running, went back or has no owner, or was never promised stands apart.",
        ),
    ),
    Definition(
        Words("Tiền", "Money"),
        Words(
            "Đã thu, đã giao và đang giữ theo từng loại, mọi điểm và cơ quan. Chênh lệch là phần "
            "đang giữ mà các biên lai không giải thích được; đúng thì bằng 0.",
            "Collected, handed over and held by kind, over all points and agencies. The difference "
            "is what is held and no receipt explains; nought when all is right.",
        ),
    ),
    Definition(
        Words("Danh mục", "Catalogue"),
        Words(
            "Thủ tục, quyền gửi và điểm đủ điều kiện tính theo ngày cuối kỳ. Thủ tục chưa phát "
            "sinh là thủ tục được phép ít nhất một chiều mà trong kỳ không có lượt nào.",
            "Procedures, permissions and qualified points stand as on the last day. Allowed, "
            "never used are procedures allowed in at least one direction of which no leg began "
            "in the period.",
        ),
    ),
)
